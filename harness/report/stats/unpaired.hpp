// How sure a comparison is, when nothing pairs the values of one side with those of the other.
#pragma once

#include <span>
#include <vector>

#include "harness/report/stats/estimate.hpp"

namespace ringside {

/// One side of a comparison.
struct Sample {
  std::vector<double> logs{};  ///< of the figures of independent rounds, one a round
  double step = 0;             ///< how finely they are read: see variance_of_reading()
};

/// The estimate of log(head/base) by Welch's test (B. L. Welch, 1947): the two sides need be
/// neither equally many nor equally spread. Not to be called with values that are not finite, nor
/// with an empty side.
Estimate estimate_unpaired(const Sample& base, const Sample& head);

}  // namespace ringside
