#include "harness/measure/system_calls.hpp"

#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/isolated.hpp"
#include "harness/measure/kernel_text.hpp"
#include "harness/measure/process.hpp"
#include "harness/measure/tracepoint.hpp"

namespace ringside {

namespace {

// A thread that appears while the events are being opened may or may not have inherited one, and
// counting it twice or never are both wrong: then everything is opened again, this often.
constexpr int opening_attempts = 10;

/// The threads that can make system calls, in ascending order.
Measured<std::vector<pid_t>> read_callers(pid_t pid) {
  const Measured<std::vector<Task>> tasks = read_tasks(pid);
  if (!tasks) return Measured<std::vector<pid_t>>::unknown(tasks.reason);
  std::vector<pid_t> callers;
  for (const Task& task : *tasks) {
    if (!is_kernel_worker(task)) callers.push_back(task.id);
  }
  std::ranges::sort(callers);
  return callers;
}

UniqueFd open_event(std::uint64_t tracepoint, pid_t thread) {
  perf_event_attr event{};
  event.type = PERF_TYPE_TRACEPOINT;
  event.size = sizeof event;
  event.config = tracepoint;
  event.inherit = 1;  // threads made later are counted with the one that made them
  const int any_cpu = -1;
  const int no_group = -1;
  return UniqueFd(static_cast<int>(
      ::syscall(SYS_perf_event_open, &event, thread, any_cpu, no_group, PERF_FLAG_FD_CLOEXEC)));
}

/// One event for each thread that is still there; or the errno value of the refusal.
struct Opened {
  std::vector<UniqueFd> events;
  int error = 0;
};

Opened open_events(std::uint64_t tracepoint, const std::vector<pid_t>& threads) {
  Opened opened;
  for (const pid_t thread : threads) {
    UniqueFd event = open_event(tracepoint, thread);
    if (!event && errno == ESRCH) continue;  // it ended since it was listed
    if (!event) return {.events = {}, .error = errno};
    opened.events.push_back(std::move(event));
  }
  if (opened.events.empty()) opened.error = ESRCH;
  return opened;
}

std::string explain_denial(const PerfRights& rights) {
  // At 2 and above the kernel's side of an unprivileged process is hidden, tracepoints with it.
  if (!rights.privileged && (!rights.paranoid || *rights.paranoid > 1)) {
    return fmt::format(
        "perf_event_open is refused: kernel.perf_event_paranoid is {} and CAP_PERFMON is missing: "
        "run as root, or have root do 'sysctl kernel.perf_event_paranoid=1'",
        rights.paranoid ? fmt::to_string(*rights.paranoid) : "unreadable");
  }
  return "perf_event_open is refused although privileges suffice, as a container's seccomp profile "
         "or a security module does: allow perf_event_open there (docker run --cap-add PERFMON)";
}

/// Empty when trying to count kills nobody; else what does.
std::string why_trying_kills() {
  try {
    try_in_child("counting system calls", [] {
      if (const auto tracepoint = find_tracepoint("raw_syscalls/sys_enter")) {
        open_event(*tracepoint, ::getpid());
      }
    });
  } catch (const Error& death) {
    return fmt::format("{}: {}", death.what(), death.mend());
  }
  return {};
}

}  // namespace

Measured<SystemCallCounter> SystemCallCounter::open(pid_t pid) {
  using Result = Measured<SystemCallCounter>;
  static const std::string deadly = why_trying_kills();
  if (!deadly.empty()) return Result::unknown(deadly);
  const Measured<std::uint64_t> tracepoint = find_tracepoint("raw_syscalls/sys_enter");
  if (!tracepoint) return Result::unknown(tracepoint.reason);
  Measured<std::vector<pid_t>> before = read_callers(pid);
  for (int attempt = 0; before && attempt < opening_attempts; ++attempt) {
    Opened opened = open_events(*tracepoint, *before);
    if (opened.error != 0) {
      return Result::unknown(explain_perf_refusal(opened.error, read_perf_rights()));
    }
    Measured<std::vector<pid_t>> after = read_callers(pid);
    if (after && std::ranges::includes(*before, *after)) {
      SystemCallCounter counter;
      counter.events_ = std::move(opened.events);
      return counter;
    }
    before = std::move(after);
  }
  if (!before) return Result::unknown(before.reason);
  return Result::unknown(
      "the process makes new threads faster than counters can be opened on them");
}

std::uint64_t SystemCallCounter::read() const {
  std::uint64_t sum = 0;
  for (const UniqueFd& event : events_) {
    std::uint64_t count = 0;
    const ssize_t length = check(::read(event.get(), &count, sizeof count), "reading a perf event");
    if (length != sizeof count) throw Error("reading a perf event gave too few bytes");
    sum += count;
  }
  return sum;
}

PerfRights read_perf_rights() {
  PerfRights rights;
  rights.paranoid = read_number<int>("/proc/sys/kernel/perf_event_paranoid");
  const Measured<std::string> status = read_text("/proc/self/status");
  rights.privileged = status && has_perf_capability(*status);
  return rights;
}

bool has_perf_capability(std::string_view status) {
  const std::optional<std::string_view> text = field(status, "CapEff");
  if (!text) return false;
  std::uint64_t bits = 0;
  std::from_chars(text->data(), text->data() + text->size(), bits, 16);
  const std::uint64_t enough = std::uint64_t{1} << CAP_PERFMON | std::uint64_t{1} << CAP_SYS_ADMIN;
  return (bits & enough) != 0;
}

std::string explain_perf_refusal(int error, const PerfRights& rights) {
  switch (error) {
    case EACCES:
    case EPERM:
      return explain_denial(rights);
    case ENOSYS:
      return "perf_event_open does not exist here: the kernel was built without it, or a sandbox "
             "such as gVisor hides it";
    case EMFILE:
    case ENFILE:
      return "counting takes one descriptor for each thread, and they are used up: raise 'ulimit "
             "-n'";
    case ESRCH:
      return "the process has ended";
    default:
      return fmt::format("perf_event_open: {}", std::generic_category().message(error));
  }
}

}  // namespace ringside
