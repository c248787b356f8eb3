// Many comparisons at once, without crying wolf more often than one.
#pragma once

#include <span>
#include <vector>

namespace ringside {

/// What Holm's procedure says about one comparison of a family.
struct HolmResult {
  double p_adjusted = 1;
  bool rejected = false;  ///< "no difference" is rejected at the family's alpha
  /// At this confidence a Student interval leaves out "no difference" exactly when it is rejected.
  double confidence = 0.95;
};

/// Holm's step-down procedure (S. Holm, 1979): the chance that anything at all is rejected wrongly
/// stays below `alpha`, whatever the dependence between the comparisons. Results in the order of
/// `p_values`. The k-th smallest of m is held against alpha / (m - k + 1); from the first that
/// is not rejected on, all are, and their intervals use that one's level.
std::vector<HolmResult> holm(std::span<const double> p_values, double alpha);

}  // namespace ringside
