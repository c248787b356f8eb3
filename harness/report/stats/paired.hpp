// How sure a paired comparison is, when pairs of one round share their processes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "harness/report/stats/estimate.hpp"

namespace ringside {

/// The middle of the values, the mean of the two middle ones when their number is even. Infinite
/// values are ordered like any other. Not to be called without values or with NaN.
double median(std::vector<double> values);

struct PairedEstimate : Estimate {
  std::size_t rounds = 0;  ///< that were used
};

/// `rounds` holds, for each round, the paired log ratios of its cycles. Rounds are fresh processes,
/// cycles are slices within them, and both vary. The estimate is the median within each round,
/// which a stray slice cannot move, averaged over rounds; its spread is that of the round medians,
/// so whatever all cycles of a round share is in it, and Student's t on them is honest over both
/// levels (docs/METHODOLOGY.md; tests/unit/stats shows the coverage by simulation). Rounds without
/// cycles and rounds with an infinite median (a backend that did nothing in most slices) are left
/// out. `step` is how finely a log figure of either side is read: see variance_of_reading().
PairedEstimate estimate_paired(std::span<const std::vector<double>> rounds, double step = 0);

}  // namespace ringside
