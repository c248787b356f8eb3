// When rounds are enough for an interval, and how many are needed where they are not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/report/stats/estimate.hpp"

namespace ringside {

/// The fewest rounds that are given an interval; a gate first looks after as many. Two or three of
/// them leave Student's t 1 or 2 degrees of freedom, and at Holm's confidences its quantiles are
/// then 20 to 300: whatever the rounds gave, such an interval says nothing.
inline constexpr std::size_t least_rounds = 4;

/// The factor by which the ends of an interval may differ. A wider one holds both half its middle
/// and twice as much, and answers nothing that anybody asks.
inline constexpr double widest_interval = 4;

/// More rounds than these are not counted but called "more than 1,000".
inline constexpr std::size_t most_rounds = 1000;

/// Why there is no interval.
struct NoInterval {
  std::string reason;
  std::size_t rounds_needed = 0;  ///< for one; above most_rounds where it is more than these
};

/// What so many rounds lack; nothing from least_rounds on.
std::optional<NoInterval> too_few_rounds(std::size_t rounds);

/// The same of two runs, either of which may have too few.
std::optional<NoInterval> too_few_rounds(std::size_t base, std::size_t head);

/// What an estimate of so many rounds (of each side, where there are two runs) lacks; nothing when
/// the ends of its interval at `confidence` differ by no more than widest_interval. Not to be
/// called for an estimate without a standard error.
std::optional<NoInterval> too_wide(const Estimate& estimate, std::size_t rounds, double confidence);

/// The fewest rounds at which the interval at `confidence` would reach a tenth (0.1 of the log) to
/// either side, if rounds go on to differ as they did; most_rounds + 1 where it is more than these.
std::size_t rounds_for_a_tenth(const Estimate& estimate, std::size_t rounds, double confidence);

}  // namespace ringside
