#include "harness/trial/lengths.hpp"

#include <algorithm>
#include <cmath>

namespace ringside {

namespace {

using std::chrono::nanoseconds;

Windows whole_windows(const Windows& planned, const Pace& slowest) {
  Windows windows = planned;
  windows.interleave = Interleave::trial;
  windows.cycles = 1;
  windows.warmup = std::clamp<nanoseconds>(least_rotations * slowest.rotation, windows.whole_warmup,
                                           longest_window);
  windows.measured = std::max(
      windows.whole, std::min<nanoseconds>(least_rotations * slowest.rotation, longest_window));
  windows.audit = false;
  return windows;
}

}  // namespace

Pace slower(const Pace& one, const Pace& other) noexcept {
  return {.rotation = std::max(one.rotation, other.rotation),
          .settling = std::max(one.settling, other.settling)};
}

Pace faster(const Pace& one, const Pace& other) noexcept {
  return {.rotation = std::min(one.rotation, other.rotation),
          .settling = std::min(one.settling, other.settling)};
}

nanoseconds settle_limit(const Windows& windows) noexcept {
  if (windows.exact && windows.warmup == nanoseconds(0)) return {};
  if (windows.interleave == Interleave::trial) return longest_settling;
  return 20 * longest_slice;  // what a machine that stops for a moment needs; calm ones far less
}

Windows lengths_for(const Windows& planned, const Pace& slowest, const SliceLengths& least) {
  if (planned.exact) return planned;
  if (planned.interleave == Interleave::trial) {
    Windows windows = planned;
    windows.whole_warmup = planned.warmup;
    windows.whole = planned.measured;
    return whole_windows(windows, slowest);
  }
  const auto measured =
      std::max<nanoseconds>({planned.measured, least_rotations * slowest.rotation, least.measured});
  if (measured > longest_slice || slowest.settling > longest_slice) {
    return whole_windows(planned, slowest);
  }
  Windows windows = planned;
  windows.warmup =
      std::max<nanoseconds>({planned.warmup, least_rotations * slowest.rotation, least.warmup});
  windows.measured = measured;
  if (planned.exact_cycles) return windows;
  const nanoseconds planned_time = planned.cycles * planned.measured;
  const int as_many = static_cast<int>(planned_time / measured);
  windows.cycles = std::clamp(as_many, std::min(least_cycles, planned.cycles), planned.cycles);
  return windows;
}

Windows longer(const Windows& one, const Windows& other) {
  if (one.interleave != other.interleave) {
    return one.interleave == Interleave::trial ? one : other;
  }
  Windows windows = one.measured >= other.measured ? one : other;
  windows.warmup = std::max(one.warmup, other.warmup);
  return windows;
}

nanoseconds cache_warmup(const Windows& planned, const Pace& slowest) {
  if (planned.warmup == nanoseconds(0)) return {};
  return std::clamp<nanoseconds>(slowest.rotation, least_cache_warmup, longest_slice);
}

}  // namespace ringside
