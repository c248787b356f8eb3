#include "harness/report/plots/plots.hpp"

#include <unistd.h>

#include <chrono>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/process/program.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/report/plots/plot_script.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds limit{120};

// Debian's own: another one that is first on PATH would not find Debian's modules.
constexpr const char* python = "/usr/bin/python3";

/// Where matplotlib was unpacked, seen from this executable: by scripts/install-matplotlib, beside
/// the folder of the build, or by `cmake --install`, in the prefix. Empty where it was not.
std::string unpacked_modules() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  for (const char* place : {"../python", "../lib/ringside/python"}) {
    const fs::path modules = (folder / place).lexically_normal();
    std::error_code unknown;
    // Others have folders of that name too.
    if (fs::is_directory(modules / "matplotlib", unknown)) return modules.string();
  }
  return {};
}

/// This process's, but for what would turn Python to other modules than Debian's.
std::vector<std::string> environment() {
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("PYTHON")) result.emplace_back(*variable);
  }
  // Otherwise modules would be looked for in the current folder first.
  result.emplace_back("PYTHONSAFEPATH=1");
  const std::string modules = unpacked_modules();
  if (!modules.empty()) result.push_back("PYTHONPATH=" + modules);
  // So that the script sees when it was too late in asking to die with this process.
  result.push_back(fmt::format("RINGSIDE_PID={}", ::getpid()));
  return result;
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

std::string why_missing(const ProgramEnd& end) {
  switch (end.how) {
    case ProgramEnd::How::ended:
      break;
    case ProgramEnd::How::killed:
      return fmt::format("{} was killed by signal {}", python, end.status);
    case ProgramEnd::How::timed_out:
      return fmt::format("not all were drawn within {} s: scripts/plot.py takes its time",
                         limit.count());
    case ProgramEnd::How::interrupted:
      return "interrupted: `ringside report` draws them";
  }
  if (end.status == 0) return {};
  const std::string said = last_line(end.errors);
  return said.empty() ? fmt::format("{} ended with status {}", python, end.status) : said;
}

}  // namespace

std::string make_plots(const fs::path& folder, const StopSignal& stop) noexcept {
  try {
    if (std::error_code unknown; !fs::exists(python, unknown)) {
      return fmt::format("{} is missing: install python3-matplotlib", python);
    }
    const Program program{.words = {python, "-", "--", fs::absolute(folder).string()},
                          .input = std::string(plot_script),
                          .environment = environment()};
    const fs::path plots = folder / "plots";
    remove_left_over_files(plots);
    const ProgramEnd end = run_program(program, limit, stop);
    remove_left_over_files(plots);  // it may have been killed
    return why_missing(end);
  } catch (const std::exception& failure) {
    return explained(failure).what();
  }
}

}  // namespace ringside
