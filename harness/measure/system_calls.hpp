// Counting the system calls of another process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/measured.hpp"

namespace ringside {

/// Counts the system calls of every thread of a process, from opening until destruction, with
/// perf_event_open(2) on the tracepoint raw_syscalls:sys_enter. An io_uring worker makes none.
///
/// As long as any counter of this kind is open, every system call of the whole machine takes a
/// slower path. Open it only around a slice that is not timed.
class SystemCallCounter {
 public:
  /// For the results: where the figure comes from.
  static constexpr std::string_view source = "raw_syscalls:sys_enter";

  /// Starts to count, for the threads that `pid` has and for those they make later. Takes one
  /// descriptor and about 0.2 ms for each thread, and some milliseconds more. The reason of an
  /// unknown says what refused it and how to mend that.
  static Measured<SystemCallCounter> open(pid_t pid);

  /// System calls entered so far, threads that have ended included. Throws Error.
  std::uint64_t read() const;

 private:
  SystemCallCounter() = default;

  std::vector<UniqueFd> events_;
};

/// What decides whether perf_event_open is granted, from /proc.
struct PerfRights {
  Measured<int> paranoid;   ///< kernel.perf_event_paranoid
  bool privileged = false;  ///< CAP_PERFMON or CAP_SYS_ADMIN is in effect
};

PerfRights read_perf_rights();

/// Whether CAP_PERFMON (Linux 5.8) or CAP_SYS_ADMIN is in "CapEff" of the text of /proc/PID/status.
bool has_perf_capability(std::string_view status);

/// Why perf_event_open failed with `error` (a positive errno value), and how to mend it.
std::string explain_perf_refusal(int error, const PerfRights& rights);

}  // namespace ringside
