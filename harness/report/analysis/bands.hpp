// How far a row's own figures reach, as intervals over its rounds.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "harness/report/analysis/comparison.hpp"

namespace ringside {

/// The figure of one row in one metric, in the metric's unit. For the eye: whether two backends
/// differ is said by their Comparison, which is paired and sees far smaller differences.
struct Band {
  std::optional<double> centre;  ///< geometric mean of the rounds' figures
  /// 95 %: Student's t on the logarithms of the rounds' figures. None where a comparison would have
  /// none: see harness/report/stats/enough.hpp.
  std::optional<double> low, high;
  std::size_t rounds = 0;  ///< that gave the figure
  std::string reason;      ///< why there is no interval; empty when there is one
};

inline constexpr double band_confidence = 0.95;

using Bands = std::map<Metric, Band>;

/// A band for each metric.
Bands bands_of(const RowTrials& trials);

}  // namespace ringside
