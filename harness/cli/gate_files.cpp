#include "harness/cli/gate_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/report/gate/gate_formats.hpp"

namespace ringside {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Other steps write to it too, so it is added to and never replaced.
void add_to_file(const std::string& path, std::string_view text) {
  // A pipe that nobody reads is no reason to wait.
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC;
  const UniqueFd file(::open(path.c_str(), flags, 0666));
  if (!file) throw_write_failed(path, errno);
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_write_failed(path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_gate_files(const RunFolder& folder, const GateResult& result,
                      std::vector<Error>& unwritten) {
  const auto write = [&](const char* name, const std::string& content) {
    try_to_write_file(folder.path / name, content, unwritten);
  };
  write("gate.json", gate_json(result));
  write("gate.md", render(result, Format::markdown, {}));
  write("junit.xml", junit_xml(result));
}

void tell_continuous_integration(const GateResult& result, bool output_is_data) {
  const auto warn_of_failure = [](const auto& write) {
    try {
      write();
    } catch (const Error& error) {
      tell(error);
    }
  };
  const std::string path(variable("GITHUB_STEP_SUMMARY"));
  if (!path.empty()) {
    warn_of_failure([&] { add_to_file(path, render(result, Format::markdown, {}) + "\n"); });
  }
  if (variable("GITHUB_ACTIONS") != "true") return;
  const std::string annotations = github_annotations(result);
  if (output_is_data) return tell(annotations);
  warn_of_failure([&] { put_output(annotations); });
}

}  // namespace ringside
