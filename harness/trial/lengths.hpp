// How long windows have to be, for figures that mean something.
#pragma once

#include <chrono>

#include "harness/plan/plan.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

/// How fast work turns, found in a pass that is in no figure.
struct Pace {
  /// One turn of a place in the closed loop: from one operation's begin to the next one's.
  std::chrono::nanoseconds rotation{};
  /// From a window's begin until every connection has had several answers.
  std::chrono::nanoseconds settling{};
};

/// The slower, or the faster, of both, part by part.
Pace slower(const Pace& one, const Pace& other) noexcept;
Pace faster(const Pace& one, const Pace& other) noexcept;

/// A loop forgets how it began in some turns, and what hangs over the edges of a window is one turn
/// each: so many belong to the warm-up, and to the measured part, of which a tenth at most is then
/// not wholly inside.
inline constexpr int least_rotations = 10;
/// Slices with longer measured parts follow a machine's drift no better than whole windows do.
inline constexpr std::chrono::milliseconds longest_slice{50};
/// Of longer slices a round has fewer, so that it takes about as long; but so many.
inline constexpr int least_cycles = 5;
/// No window is longer. Work that would need more breaks a law, and its row says so.
inline constexpr std::chrono::seconds longest_window{10};
/// How long a whole window may wait for its last connection: of 10,000 threads on one CPU each runs
/// for up to 3 ms at a time, and the last has its third turn after tens of seconds.
inline constexpr std::chrono::seconds longest_settling{120};

/// How long a warm-up with these lengths may go on until every connection has had several answers:
/// not at all where the user wants none.
std::chrono::nanoseconds settle_limit(const Windows& windows) noexcept;

/// The lengths for a cohort of which the slowest has this pace: those that were planned where they
/// serve or are the user's own, else longer ones, and whole windows where slices would have to be
/// longer than longest_slice. `least` is what the scenario needs besides.
Windows lengths_for(const Windows& planned, const Pace& slowest, const SliceLengths& least = {});

/// Of lengths for the same work in two rounds, those that serve both.
Windows longer(const Windows& one, const Windows& other);

/// Brings a backend's code and memory back into the caches, on any usual machine.
inline constexpr std::chrono::milliseconds least_cache_warmup{3};

/// How long each connection's memory has to be touched before a clock is read: a turn. Not at all
/// where no warm-up was planned.
std::chrono::nanoseconds cache_warmup(const Windows& planned, const Pace& slowest);

}  // namespace ringside
