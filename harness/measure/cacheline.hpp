// How long a cache line takes from one CPU to another.
#pragma once

#include "base/measured.hpp"

namespace ringside {

/// Nanoseconds that a cache line takes one way from CPU `cpu_a` to CPU `cpu_b`: two threads pass a
/// counter back and forth for about 1 ms; the median of its batches is given. A virtual machine's
/// figure jumps when the host moves one of its CPUs, and everything that two CPUs do together slows
/// down with it, so it is worth measuring beside each round.
///
/// Keeps both CPUs busy meanwhile. The threads are its own and have ended when it returns; the
/// caller's affinity is not touched. Unknown with the reason when the CPUs are the same, when one
/// is not allowed, or when a CPU is so busy that no batch was completed within 100 ms.
Measured<double> cacheline_one_way_ns(int cpu_a, int cpu_b);

}  // namespace ringside
