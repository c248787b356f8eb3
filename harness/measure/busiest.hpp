// Which other program uses the CPU most.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/measured.hpp"

namespace ringside {

/// CPU use of one process, as /proc/PID/stat counts it.
struct ProcessTicks {
  std::string name;         ///< comm: at most 15 bytes
  std::uint64_t ticks = 0;  ///< user and system, in units of 1 / sysconf(_SC_CLK_TCK) s
};

/// From the text of /proc/PID/stat, see proc(5). Nothing when it is not understood. A name may
/// contain blanks and parentheses.
std::optional<ProcessTicks> parse_process_stat(std::string_view stat);

/// A program and how much of a CPU it used; 1.0 is one whole CPU.
struct BusyProgram {
  std::string name;
  double cpu_share = 0;
};

/// The process whose count grew most between two readings that lie `window` apart. One that is only
/// in `after` counts from zero. Unknown when nothing grew.
Measured<BusyProgram> busiest_between(const std::map<pid_t, ProcessTicks>& before,
                                      const std::map<pid_t, ProcessTicks>& after,
                                      std::chrono::duration<double> window, long ticks_per_second);

/// Watches every process but this one for `window`, blocking the calling thread. A tick is 10 ms on
/// most kernels: below half a second the share is a guess.
Measured<BusyProgram> busiest_program(std::chrono::milliseconds window);

}  // namespace ringside
