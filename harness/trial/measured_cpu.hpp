// The CPU time of a window's measured part, from readings at rest before and after the whole.
#pragma once

#include <chrono>
#include <cstdint>

namespace ringside {

/// What a process did from rest to rest.
struct WorkDone {
  std::chrono::nanoseconds cpu{};
  std::uint64_t ops = 0;
};

/// CPU per operation of the measured part, given what the whole window and one without a measured
/// part (`edges`) took: the beginning and end that both have are left out. They are not where that
/// leaves too little to divide by, nor where something else kept the process busy in the edges, so
/// that nothing or less would be left: the whole window is then the better figure. Nanoseconds per
/// operation, never below 0; 0 where the whole had no operations.
double measured_cpu_per_op(const WorkDone& whole, const WorkDone& edges) noexcept;

}  // namespace ringside
