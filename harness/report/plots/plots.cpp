#include "harness/report/plots/plots.hpp"

#include <unistd.h>

#include <chrono>
#include <string_view>
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

/// This process's, but for what would turn Python to other modules than Debian's.
std::vector<std::string> environment() {
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("PYTHON")) result.emplace_back(*variable);
  }
  // Otherwise modules would be looked for in the current folder first.
  result.emplace_back("PYTHONSAFEPATH=1");
  // Where scripts/install-matplotlib unpacks it; build/release/ringside is two levels below build.
  const fs::path unpacked = fs::read_symlink("/proc/self/exe").parent_path() / ".." / "python";
  result.push_back("PYTHONPATH=" + unpacked.lexically_normal().string());
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
