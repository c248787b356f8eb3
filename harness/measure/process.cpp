#include "harness/measure/process.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/measure/kernel_text.hpp"

namespace ringside {

ProcessCpuClock::ProcessCpuClock(pid_t pid) {
  // Unlike its neighbours, clock_getcpuclockid returns the error instead of setting errno.
  const int code = ::clock_getcpuclockid(pid, &clock_);
  if (code != 0) throw_errno(fmt::format("CPU clock of process {}", pid), code);
}

std::chrono::nanoseconds ProcessCpuClock::now() const {
  timespec time{};
  check(::clock_gettime(clock_, &time), "CPU clock of a process that should be running");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

namespace {

/// Empty, or why /proc says nothing of the processes that this one knows by their numbers.
std::string why_proc_is_of_no_use() {
  std::error_code failure;
  const std::string self = std::filesystem::read_symlink("/proc/self", failure).string();
  if (failure) return fmt::format("cannot read /proc/self: {}", failure.message());
  if (self == std::to_string(::getpid())) return {};
  return "the /proc that is mounted here is of another PID namespace";
}

}  // namespace

bool is_kernel_worker(const Task& task) noexcept {
  return task.name.starts_with("iou-");
}

Measured<std::vector<Task>> read_tasks(pid_t pid) {
  if (const std::string reason = why_proc_is_of_no_use(); !reason.empty()) {
    return Measured<std::vector<Task>>::unknown(reason);
  }
  const std::filesystem::path folder = fmt::format("/proc/{}/task", pid);
  std::error_code failure;
  std::vector<Task> tasks;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const Measured<std::string> name = read_text(entry->path() / "comm");
    const auto id = to_number<pid_t>(entry->path().filename().string());
    if (name && id) tasks.push_back({.id = *id, .name = *name});
  }
  if (failure || tasks.empty()) {
    return Measured<std::vector<Task>>::unknown(
        fmt::format("cannot list the threads of process {}: {}", pid,
                    failure ? failure.message() : "it has ended"));
  }
  return tasks;
}

bool has_runnable_thread(pid_t pid) {
  const Measured<std::vector<Task>> tasks = read_tasks(pid);
  return tasks && std::ranges::any_of(*tasks, [pid](const Task& task) {
           const auto stat = read_text(fmt::format("/proc/{}/task/{}/stat", pid, task.id));
           return stat && is_runnable(*stat);
         });
}

bool is_runnable(std::string_view stat) noexcept {
  // The name before it, in parentheses, may hold any character: see proc(5).
  const std::size_t name_end = stat.rfind(") ");
  return name_end != std::string_view::npos && stat.substr(name_end + 2).starts_with('R');
}

ProcessFacts read_process_facts(pid_t pid) {
  ProcessFacts facts;
  if (const std::string reason = why_proc_is_of_no_use(); !reason.empty()) {
    facts.max_rss_bytes.reason = facts.threads.reason = facts.kernel_workers.reason = reason;
    return facts;
  }
  const Measured<std::string> status = read_text(fmt::format("/proc/{}/status", pid));
  if (status) {
    facts.max_rss_bytes = parse_max_rss_bytes(*status);
    facts.threads = parse_threads(*status);
  } else {
    facts.max_rss_bytes.reason = facts.threads.reason = status.reason;
  }
  const Measured<std::vector<Task>> tasks = read_tasks(pid);
  if (tasks) {
    facts.kernel_workers =
        static_cast<std::uint64_t>(std::ranges::count_if(*tasks, is_kernel_worker));
  } else {
    facts.kernel_workers.reason = tasks.reason;
  }
  return facts;
}

Measured<std::uint64_t> parse_max_rss_bytes(std::string_view status) {
  using Bytes = Measured<std::uint64_t>;
  const std::optional<std::string_view> text = field(status, "VmHWM");
  // A zombie and a kernel thread have no memory of their own, and no such line.
  if (!text) return Bytes::unknown("the process has no VmHWM: it has ended");
  const std::vector<std::string_view> parts = words(*text);
  if (parts.size() != 2 || parts[1] != "kB") {
    return Bytes::unknown(fmt::format("VmHWM is not in kB: '{}'", *text));
  }
  const std::optional<std::uint64_t> kib = to_number<std::uint64_t>(parts[0]);
  if (!kib) return Bytes::unknown(fmt::format("VmHWM is no number: '{}'", *text));
  return *kib * 1024;
}

Measured<std::uint64_t> parse_threads(std::string_view status) {
  const std::optional<std::string_view> text = field(status, "Threads");
  const auto threads = text ? to_number<std::uint64_t>(*text) : std::nullopt;
  if (!threads) return Measured<std::uint64_t>::unknown("the process's status has no Threads");
  return *threads;
}

}  // namespace ringside
