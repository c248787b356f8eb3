#include "harness/measure/busiest.hpp"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

#include "harness/measure/kernel_text.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

std::map<pid_t, ProcessTicks> read_processes() {
  std::map<pid_t, ProcessTicks> processes;
  std::error_code failure;
  for (fs::directory_iterator entry("/proc", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const auto pid = to_number<pid_t>(entry->path().filename().string());
    if (!pid || *pid == ::getpid()) continue;
    const Measured<std::string> stat = read_text(entry->path() / "stat");
    if (!stat) continue;  // it ended since it was listed
    if (auto process = parse_process_stat(*stat)) processes.emplace(*pid, std::move(*process));
  }
  return processes;
}

}  // namespace

std::optional<ProcessTicks> parse_process_stat(std::string_view stat) {
  const auto open = stat.find('(');
  const auto close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  // Counted from the state, which is the first column after the name.
  constexpr std::size_t user_column = 11;
  constexpr std::size_t system_column = 12;
  const std::vector<std::string_view> columns = words(stat.substr(close + 1));
  if (columns.size() <= system_column) return std::nullopt;
  const auto user = to_number<std::uint64_t>(columns[user_column]);
  const auto system = to_number<std::uint64_t>(columns[system_column]);
  if (!user || !system) return std::nullopt;
  return ProcessTicks{.name = std::string(stat.substr(open + 1, close - open - 1)),
                      .ticks = *user + *system};
}

Measured<BusyProgram> busiest_between(const std::map<pid_t, ProcessTicks>& before,
                                      const std::map<pid_t, ProcessTicks>& after,
                                      std::chrono::duration<double> window, long ticks_per_second) {
  std::uint64_t most = 0;
  std::string name;
  for (const auto& [pid, now] : after) {
    const auto earlier = before.find(pid);
    const std::uint64_t then = earlier == before.end() ? 0 : earlier->second.ticks;
    if (now.ticks < then || now.ticks - then <= most) continue;
    most = now.ticks - then;
    name = now.name;
  }
  if (most == 0) return Measured<BusyProgram>::unknown("no other program used the CPU");
  const double seconds = static_cast<double>(most) / static_cast<double>(ticks_per_second);
  return BusyProgram{.name = std::move(name), .cpu_share = seconds / window.count()};
}

Measured<BusyProgram> busiest_program(std::chrono::milliseconds window) {
  const auto begin = std::chrono::steady_clock::now();
  const std::map<pid_t, ProcessTicks> before = read_processes();
  std::this_thread::sleep_for(window);
  const std::map<pid_t, ProcessTicks> after = read_processes();
  return busiest_between(before, after, std::chrono::steady_clock::now() - begin,
                         ::sysconf(_SC_CLK_TCK));
}

}  // namespace ringside
