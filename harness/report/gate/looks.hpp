// When the gate looks at its figures, and how much of the chance of an error each look may spend.
#pragma once

#include <optional>
#include <span>

namespace ringside {

/// One look, after so many rounds. The shares of all looks add up to 1 (weighted Bonferroni), so
/// however the looks depend on each other, the chance of an error over all of them stays below the
/// sum. Little is spent early, as O'Brien and Fleming do: an early alarm needs a large slowdown.
struct Look {
  int rounds = 0;
  double alarm_share = 0;  ///< of the chance of a false alarm
  double pass_share = 0;   ///< of the chance of letting a slowdown pass; more is spent early
};

/// The looks, fewest rounds first.
std::span<const Look> looks();

/// The look that is due after exactly so many rounds; none when there is none.
std::optional<Look> look_after(int rounds);

/// The look to take when time is out after `rounds` rounds. When to stop depends on no figure, so
/// it may spend what all looks that have not been taken yet would have.
Look last_look(int rounds);

}  // namespace ringside
