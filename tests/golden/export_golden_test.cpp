// Every format for other tools, byte by byte, from the committed runs of golden_test.cpp.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "harness/record/atomic_file.hpp"
#include "harness/report/export/export_format.hpp"

namespace ringside {
namespace {

namespace fs = std::filesystem;

const fs::path runs = RINGSIDE_GOLDEN_CASES;
const fs::path expected = RINGSIDE_GOLDEN_EXPORTS;  // the source tree's tests/golden/export

std::string content(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class GoldenExport : public testing::TestWithParam<std::string> {};

TEST_P(GoldenExport, IsAsCommitted) {
  ComparedRun run = read_compared_run(runs / GetParam());
  const bool update = std::getenv("RINGSIDE_UPDATE_GOLDEN") != nullptr;
  if (update) fs::create_directories(expected / GetParam());
  for (const ExportFormat& format : export_formats()) {
    // These two are the reports' own, see golden_test.cpp.
    if (format.name == "csv" || format.name == "markdown") continue;
    const fs::path file = expected / GetParam() / format.name;
    const std::string written = format.write(run);
    if (update) write_file_atomically(file, written);
    EXPECT_EQ(written, content(file)) << format.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenExport,
                         testing::Values("trouble", "one_round", "saturated", "hostile"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace ringside
