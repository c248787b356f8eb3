// A distribution as the points of a curve over HdrHistogram's axis of percentiles.
#pragma once

#include <cstdint>
#include <vector>

namespace ringside {

class StoredHistogram;

struct PercentilePoint {
  double percentile = 0;  ///< 0 to below 100
  std::int64_t ns = 0;    ///< not exceeded by that share, up to the bucket's width
};

/// From 0 % on, five points each time the distance to 100 % halves, as HdrHistogram's percentile
/// iterator steps (source: PercentileIterator of hdrhistogram.org), so that a tail gets the same
/// room as a body. Ends where fewer than 10 durations lie beyond; empty when there are so few.
std::vector<PercentilePoint> percentile_axis(const StoredHistogram& histogram);

}  // namespace ringside
