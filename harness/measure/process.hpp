// What the kernel says about another process: its CPU clock, its memory, its threads.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "base/measured.hpp"

namespace ringside {

/// The CPU time of one process, all threads and io_uring workers together, as the scheduler keeps
/// it: exact to the nanosecond for threads that are not running. What one that is running has used
/// since it was last switched to, or since the last clock tick (4 ms apart at 250 Hz), is missing:
/// the kernel brings only the caller's own up to date. So read it while the process rests.
/// /proc/PID/stat counts in units of 10 ms. Source: clock_getcpuclockid(3).
class ProcessCpuClock {
 public:
  /// Throws Error when there is no such process.
  explicit ProcessCpuClock(pid_t pid);

  /// CPU time used so far, also of threads that have ended. One system call, in which the kernel
  /// walks the threads: about 2 us for a few, 20 us for 500. Safe from any thread. Throws Error
  /// when the process is gone; one that has ended and was not waited for may or may not be
  /// readable.
  std::chrono::nanoseconds now() const;

 private:
  clockid_t clock_;
};

/// A thread as /proc shows it.
struct Task {
  pid_t id = 0;
  std::string name;  ///< comm: at most 15 bytes
};

/// Whether the task is io_uring's own thread within a process ("iou-wrk-…", "iou-sqp-…", since
/// Linux 5.12): it uses the process's CPU and makes no system calls.
bool is_kernel_worker(const Task& task) noexcept;

/// The threads of a process now, from /proc/PID/task. One that ends meanwhile is left out.
Measured<std::vector<Task>> read_tasks(pid_t pid);

/// Whether a thread of the process is running or waits for a CPU at this moment. False when there
/// is no such process. As dear as read_process_facts.
bool has_runnable_thread(pid_t pid);

/// Whether /proc/PID/task/TID/stat is that of a thread that is running or waits for a CPU.
bool is_runnable(std::string_view stat) noexcept;

struct ProcessFacts {
  Measured<std::uint64_t> max_rss_bytes;   ///< peak resident memory: VmHWM of /proc/PID/status
  Measured<std::uint64_t> threads;         ///< at this moment, kernel workers included
  Measured<std::uint64_t> kernel_workers;  ///< of those, the ones that io_uring made
};

/// Never throws: what cannot be read says why. Opens a file for each thread, one after the other,
/// and takes up to 0.1 ms for each: keep it out of measured windows.
ProcessFacts read_process_facts(pid_t pid);

/// "VmHWM" of the text of /proc/PID/status, in bytes.
Measured<std::uint64_t> parse_max_rss_bytes(std::string_view status);

/// "Threads" of the text of /proc/PID/status.
Measured<std::uint64_t> parse_threads(std::string_view status);

}  // namespace ringside
