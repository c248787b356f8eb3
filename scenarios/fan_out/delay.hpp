// How long a leaf waits before it replies: the distributions, and one draw from them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringside {

/// A distribution of delays. A value; its text is what the command line and the results have.
struct LeafDelay {
  enum class Kind { none, fixed, exponential, bimodal };

  Kind kind = Kind::none;
  std::chrono::nanoseconds usual{};  ///< the delay; the mean when exponential; the fast mode
  std::chrono::nanoseconds slow{};   ///< the slow mode of a bimodal one
  double slow_percent = 0;           ///< share of slow replies of a bimodal one

  bool operator==(const LeafDelay&) const = default;
};

/// One or more, separated by commas: "none", "fixed:1ms", "exp:1ms" (the mean) or
/// "bimodal:100us,10ms,1%" (fast, slow, share of the slow). Throws Error.
std::vector<LeafDelay> parse_leaf_delays(std::string_view text);

/// The text that parse_leaf_delays reads back as the same value.
std::string to_string(const LeafDelay& delay);

/// The delay of one reply: a pure function of its arguments, so that every backend that sends the
/// same request to the same leaf meets the same delay. Independent for any two that differ.
std::chrono::nanoseconds draw(const LeafDelay& delay, std::uint64_t seed, std::uint64_t request_id,
                              std::size_t leaf) noexcept;

/// No draw is longer.
std::chrono::nanoseconds longest(const LeafDelay& delay) noexcept;

/// What a reply often enough takes to be waited for: beyond it lie less than 1 % of an exponential
/// one, and nothing of the others.
std::chrono::nanoseconds customary_longest(const LeafDelay& delay) noexcept;

}  // namespace ringside
