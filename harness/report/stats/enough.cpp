#include "harness/report/stats/enough.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace ringside {

namespace {

constexpr double a_tenth = 0.1;  // of the log of a ratio

/// "1 round is", "3 rounds are".
std::string counted(std::size_t rounds, std::string_view of_what) {
  return rounds == 1 ? fmt::format("1 round{} is", of_what)
                     : fmt::format("{} rounds{} are", rounds, of_what);
}

std::string needed_words(std::size_t rounds) {
  return rounds > most_rounds ? "more than 1,000" : fmt::format("about {}", rounds);
}

/// How far the interval would reach if `estimate`, which is of `rounds`, were of `more` of them.
double reach_with(const Estimate& estimate, std::size_t rounds, std::size_t more,
                  double confidence) {
  const auto seen = static_cast<double>(rounds);
  const auto then = static_cast<double>(more);
  Estimate larger;
  larger.standard_error = *estimate.standard_error * std::sqrt(seen / then);
  larger.degrees_of_freedom = estimate.degrees_of_freedom * (then - 1) / (seen - 1);
  return interval(larger, confidence)->high;
}

}  // namespace

std::optional<NoInterval> too_few_rounds(std::size_t rounds) {
  if (rounds >= least_rounds) return std::nullopt;
  return NoInterval{
      fmt::format("{} too few for an interval: {} are needed", counted(rounds, ""), least_rounds),
      least_rounds};
}

std::optional<NoInterval> too_few_rounds(std::size_t base, std::size_t head) {
  if (base >= least_rounds && head >= least_rounds) return std::nullopt;
  if (base < least_rounds && head < least_rounds) {
    return NoInterval{
        fmt::format("{} round{} of the base and {} of the head are too few for an interval: {} of "
                    "each are needed",
                    base, base == 1 ? "" : "s", head, least_rounds),
        least_rounds};
  }
  const std::string which =
      base < least_rounds ? counted(base, " of the base") : counted(head, " of the head");
  return NoInterval{fmt::format("{} too few for an interval: {} are needed", which, least_rounds),
                    least_rounds};
}

std::optional<NoInterval> too_wide(const Estimate& estimate, std::size_t rounds,
                                   double confidence) {
  const auto range = interval(estimate, confidence);
  if (range->high - range->low <= std::log(widest_interval)) return std::nullopt;
  const std::size_t needed = rounds_for_a_tenth(estimate, rounds, confidence);
  return NoInterval{fmt::format("the rounds differ too much for an interval: {} are needed",
                                needed_words(needed)),
                    needed};
}

std::size_t rounds_for_a_tenth(const Estimate& estimate, std::size_t rounds, double confidence) {
  assert(estimate.standard_error && rounds > 1);
  // The more rounds, the shorter it reaches: bisection. `enough` need not be, where it is too many.
  std::size_t too_few = rounds - 1;
  std::size_t enough = std::max(rounds, most_rounds) + 1;
  while (enough - too_few > 1) {
    const std::size_t middle = too_few + (enough - too_few) / 2;
    const bool reaches_on = reach_with(estimate, rounds, middle, confidence) > a_tenth;
    (reaches_on ? too_few : enough) = middle;
  }
  return enough;
}

}  // namespace ringside
