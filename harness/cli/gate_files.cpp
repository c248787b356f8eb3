#include "harness/cli/gate_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "harness/cli/terminal.hpp"
#include "harness/gate/gate_formats.hpp"
#include "harness/results/atomic_file.hpp"

namespace ringside {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

void write_gate_files(const RunFolder& folder, const GateResult& result) {
  write_file_atomically(folder.path / "gate.json", gate_json(result));
  write_file_atomically(folder.path / "gate.md", render(result, Format::markdown, {}));
  write_file_atomically(folder.path / "junit.xml", junit_xml(result));
}

void tell_continuous_integration(const GateResult& result) {
  if (const std::string_view path = variable("GITHUB_STEP_SUMMARY"); !path.empty()) {
    // Other steps write to it too, so it is added to and never replaced.
    errno = 0;
    std::ofstream summary(std::string(path), std::ios::app | std::ios::binary);
    summary << render(result, Format::markdown, {}) << '\n' << std::flush;
    if (!summary) throw_write_failed(path, errno);
  }
  if (variable("GITHUB_ACTIONS") == "true") {
    put_output(github_annotations(result));
    flush_output();
  }
}

}  // namespace ringside
