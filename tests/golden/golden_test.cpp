// Every form of every report, byte by byte, from committed trials.jsonl files. When a change is
// meant, `scripts/update-golden` writes the new files, to be read in the diff before they are
// committed.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/report/render/formats.hpp"
#include "harness/report/render/report.hpp"

namespace ringside {
namespace {

namespace fs = std::filesystem;

const fs::path cases = RINGSIDE_GOLDEN_CASES;  // the source tree's tests/golden/cases

struct Output {
  const char* file;
  Format format;
  RenderOptions options;
};

const Output outputs[] = {
    {"table.txt", Format::table, {}},
    {"table-colour.txt", Format::table, {.colour = true, .ascii = false}},
    {"table-ascii.txt", Format::table, {.colour = false, .ascii = true}},
    {"report.md", Format::markdown, {}},
    {"summary.csv", Format::csv, {}},
    {"summary.json", Format::json, {}},
};

std::string content(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Golden : public testing::TestWithParam<std::string> {
 protected:
  fs::path folder() const { return cases / GetParam(); }
  Analysis analysis() const { return analyse_folder(RunFolder{folder()}); }
};

TEST_P(Golden, IsAsCommitted) {
  const bool update = std::getenv("RINGSIDE_UPDATE_GOLDEN") != nullptr;
  for (const Output& output : outputs) {
    RenderOptions options = output.options;
    options.repeat = how_to_repeat(RunFolder{folder()});
    const std::string rendered = render(analysis(), output.format, options);
    if (update) write_file_atomically(folder() / output.file, rendered);
    EXPECT_EQ(rendered, content(folder() / output.file)) << output.file;
  }
}

TEST_P(Golden, CsvFilesAreAsCommitted) {
  const bool update = std::getenv("RINGSIDE_UPDATE_GOLDEN") != nullptr;
  const std::pair<const char*, std::string> files[] = {
      {"trials.csv", trials_csv(read_trials(RunFolder{folder()}).trials)},
      {"percentiles.csv", percentiles_csv(analysis())},
  };
  for (const auto& [file, rendered] : files) {
    if (update) write_file_atomically(folder() / file, rendered);
    EXPECT_EQ(rendered, content(folder() / file)) << file;
  }
}

TEST_P(Golden, NoLineOfTheTableIsWiderThanTheTerminal) {
  for (const bool ascii : {false, true}) {
    std::istringstream lines(render(analysis(), Format::table, {.colour = false, .ascii = ascii}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(display_width(line), 120u) << line;
      EXPECT_EQ(line.find_first_of("\x1b\x07\r\x7f"), std::string::npos) << line;
      EXPECT_EQ(line, printable(line));
      if (ascii) {
        EXPECT_EQ(line, to_ascii(line));
      }
    }
  }
}

TEST_P(Golden, ColourAddsNothingButColour) {
  std::string coloured = render(analysis(), Format::table, {.colour = true, .ascii = false});
  for (std::size_t start; (start = coloured.find("\x1b[")) != std::string::npos;) {
    coloured.erase(start, coloured.find('m', start) - start + 1);
  }
  EXPECT_EQ(coloured, render(analysis(), Format::table));
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden,
                         testing::Values("normal", "saturated", "trouble", "one_round", "sweep",
                                         "hostile", "scenarios", "version_0_1"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace ringside
