// The control groups this process is in: what they limit, and how often they held it back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/measured.hpp"

namespace ringside {

/// The folders of this process's cgroup and of its ancestors for one controller ("cpu", "memory",
/// "pids"), innermost first, as far as they can be seen from here. Version 1 and version 2
/// hierarchies, also mixed; see cgroups(7). Empty when the controller is not mounted.
///
/// Here and below, `root` is where /proc and /sys are looked for; a fake tree serves tests.
std::vector<std::filesystem::path> cgroup_folders(std::string_view controller,
                                                  const std::filesystem::path& root = "/");

/// How many enforcement periods (100 ms unless set otherwise) the CPU quota of our cgroup or of one
/// above ran out in, since boot: nr_throttled of cpu.stat. Unknown without a CPU controller.
Measured<std::uint64_t> throttled_periods(const std::filesystem::path& root = "/");

/// The tightest limits of our cgroup and those above. Infinity means that there is no limit.
struct CgroupLimits {
  Measured<double> cpus;  ///< quota over period; 1.5 is one and a half CPUs
  Measured<double> memory_bytes;
  Measured<double> tasks;  ///< processes and threads
};

CgroupLimits read_cgroup_limits(const std::filesystem::path& root = "/");

/// The quota in CPUs from the text of a version 2 cpu.max, "max 100000" or "150000 100000".
Measured<double> parse_cpu_max(std::string_view text);

}  // namespace ringside
