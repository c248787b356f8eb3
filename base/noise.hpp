// What the rest of the machine did while something was measured, as a value.
#pragma once

#include <cstdint>

#include "base/measured.hpp"

namespace ringside {

/// harness/measure/noise.hpp finds it.
struct Noise {
  Measured<double> steal_s;           ///< CPU time the hypervisor gave to others
  Measured<std::uint64_t> throttled;  ///< periods in which the cgroup was out of its CPU quota
  Measured<double> cacheline_ns;      ///< one way of a cache line between backend and load CPU
  Measured<double> other_cpu_share;   ///< CPU used by other programs, 1.0 = one whole CPU
};

}  // namespace ringside
