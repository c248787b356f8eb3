// One figure for many rounds.
#pragma once

#include <optional>
#include <span>

namespace ringside {

/// What rounds gave, in the figure's own unit.
struct MeanOfRounds {
  double value = 0;
  std::optional<double>
      low{};  ///< of its interval; none below least_rounds (harness/stats/enough),
              ///< nor where the ends differ by more than widest_interval
  std::optional<double> high{};
};

/// The geometric mean, which ratios of figures go with. Where a round has 0 it is the arithmetic
/// mean, since 0 has no logarithm and the mean of the others would be too high. Not to be called
/// without figures or with negative ones.
MeanOfRounds mean_of_rounds(std::span<const double> figures, double confidence);

}  // namespace ringside
