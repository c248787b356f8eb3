// What a row's slices gave, one after the other, so that noise can be seen.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace ringside {

struct RowTrials;

struct SlicePoint {
  std::optional<double> ops_per_s;      ///< none when no time passed
  std::optional<double> cpu_ns_per_op;  ///< none when there were no operations or no CPU figure
};

struct SliceRound {
  int round = 0;
  std::vector<SlicePoint> points;  ///< in the order of the cycles
};

struct SliceSeries {
  std::size_t cycles_per_point = 1;  ///< that were added up into each point; the last may have less
  std::vector<SliceRound> rounds;    ///< the good ones; empty where whole windows were measured
};

/// How many cycles have to be added up into a point so that `slices` of a whole run, in a report,
/// come to some ten thousand points: more can neither be sent nor told apart.
std::size_t cycles_per_point(std::size_t slices) noexcept;

/// The series of one row. A round always has at least one point.
SliceSeries slice_series(const RowTrials& trials, std::size_t cycles_per_point);

}  // namespace ringside
