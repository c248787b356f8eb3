// What the rest of the machine did while something was measured.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/measured.hpp"
#include "base/noise.hpp"
#include "harness/measure/process.hpp"

namespace ringside {

/// CPU time of the whole machine since boot, all CPUs added up.
struct MachineCpuTimes {
  int cpus = 0;                       ///< how many there are
  std::chrono::nanoseconds busy{0};   ///< neither idle, nor waiting for a disk, nor stolen
  std::chrono::nanoseconds steal{0};  ///< wanted, but given to others by the hypervisor
};

/// From the lines "cpu", "cpu0", … of the text of /proc/stat, see proc(5), which counts in `tick`s.
Measured<MachineCpuTimes> parse_machine_cpu_times(std::string_view stat,
                                                  std::chrono::nanoseconds tick);

/// Everything that Noise is a difference of, at one moment.
struct NoiseSnapshot {
  std::chrono::nanoseconds at{0};  ///< on the monotonic clock
  Measured<MachineCpuTimes> machine;
  Measured<std::chrono::nanoseconds> own_cpu;
  Measured<std::uint64_t> throttled;
};

/// The shortest window, ten ticks long, of which /proc/stat can tell who used the CPUs.
inline constexpr std::chrono::milliseconds fewest_ticks{100};

/// What happened between two snapshots. The cache line's time is left unknown.
///
/// /proc/stat is only as fine as a tick (10 ms for each CPU), and on most kernels a whole tick goes
/// to whoever runs when it ends. So over a window of T seconds on N CPUs, other_cpu_share is good
/// to about 0.01 N / T. It is cut off at 0, where that error would make it negative, and at all
/// CPUs; below `fewest_ticks` it would be nothing but error, and is unknown.
Noise noise_between(const NoiseSnapshot& before, const NoiseSnapshot& after);

/// Watches the machine over a window. Not safe for concurrent use.
class NoiseProbe {
 public:
  /// `own` are the processes of this run beside the calling one, whose CPU time is not noise. One
  /// that has ended already makes other_cpu_share unknown.
  explicit NoiseProbe(std::span<const pid_t> own);

  /// Begins the window. Takes up to a millisecond, as does stop().
  void start();

  /// What happened since start(). The window goes on, and stop() can be called again.
  Noise stop() const;

 private:
  NoiseSnapshot snapshot() const;

  std::vector<ProcessCpuClock> own_;
  std::string missing_own_;  ///< why a process of ours could not be watched, or empty
  NoiseSnapshot before_;
};

}  // namespace ringside
