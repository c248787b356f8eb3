// A distribution as the points of a curve over HdrHistogram's axis of percentiles.
#pragma once

#include <cstdint>
#include <vector>

namespace ringside {

class Latencies;

struct PercentilePoint {
  double percentile = 0;  ///< 0 to below 100
  std::int64_t ns = 0;    ///< not exceeded by that share, up to the bucket's width
};

/// From 0 % on, five points each time the distance to 100 % halves, as HdrHistogram's percentile
/// iterator steps (source: PercentileIterator of hdrhistogram.org), so that a tail gets the same
/// room as a body. Ends at the first percentile that Latencies does not tell; empty when that is
/// the first. All points are of whole windows where there were any: slices do not show the tail.
std::vector<PercentilePoint> percentile_axis(const Latencies& latencies);

}  // namespace ringside
