// How sure a comparison is, when nothing pairs the values of one side with those of the other.
#pragma once

#include <span>

#include "harness/stats/estimate.hpp"

namespace ringside {

/// The estimate of log(head/base) from log figures of independent rounds, one value a round, by
/// Welch's test (B. L. Welch, 1947): the two sides need be neither equally many nor equally spread.
/// Not to be called with values that are not finite, nor with an empty side.
Estimate estimate_unpaired(std::span<const double> base, std::span<const double> head);

}  // namespace ringside
