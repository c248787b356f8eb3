// How sure a paired comparison is, when pairs of one round share their processes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ringside {

/// The middle of the values, the mean of the two middle ones when their number is even. Infinite
/// values are ordered like any other. Not to be called without values or with NaN.
double median(std::vector<double> values);

/// A range of log ratios; exp() of its ends is the range of the ratio.
struct LogInterval {
  double low = 0;
  double high = 0;
};

/// The estimate of log(a/b) and what is needed to say how sure it is.
struct PairedEstimate {
  double log_ratio = 0;
  std::size_t rounds = 0;  ///< that were used
  /// Of log_ratio, with rounds - 1 degrees of freedom; none when no spread can be told.
  std::optional<double> standard_error;
  std::optional<double> p_value;  ///< two-sided, against "no difference"; comes with standard_error
  std::string reason;             ///< why there is no standard error; empty when there is one
};

/// `rounds` holds, for each round, the paired log ratios of its cycles. Rounds are fresh processes,
/// cycles are slices within them, and both vary. The estimate is the median within each round,
/// which a stray slice cannot move, averaged over rounds; its spread is that of the round medians,
/// so whatever all cycles of a round share is in it, and Student's t on them is honest over both
/// levels (docs/METHODOLOGY.md; tests/unit/stats shows the coverage by simulation). Rounds without
/// cycles and rounds with an infinite median (a backend that did nothing in most slices) are left
/// out.
PairedEstimate estimate_paired(std::span<const std::vector<double>> rounds);

/// The interval at `confidence` (0.95 and the like); none when there is no standard error.
std::optional<LogInterval> interval(const PairedEstimate& estimate, double confidence);

/// The smallest true log ratio that would have been told from 0 at `confidence` in 4 of 5 runs like
/// this one: (t at the confidence + t at 80 %) times the standard error.
std::optional<double> smallest_visible_effect(const PairedEstimate& estimate, double confidence);

}  // namespace ringside
