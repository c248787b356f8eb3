#include "harness/report/percentile_axis.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "harness/measure/histogram.hpp"

namespace ringside {

namespace {

constexpr double points_per_halving = 5;

double next_percentile(double percentile) {
  const double halvings = std::floor(std::log2(100 / (100 - percentile)));
  return percentile + 100 / (points_per_halving * std::exp2(halvings + 1));
}

}  // namespace

std::vector<PercentilePoint> percentile_axis(const Histogram& histogram) {
  std::vector<PercentilePoint> points;
  const std::span<const std::uint64_t> counts = histogram.counts();
  const auto total = static_cast<double>(histogram.count());
  std::size_t index = 0;
  double seen = 0;
  for (double percentile = 0; Histogram::leaves_enough_beyond(percentile, histogram.count());
       percentile = next_percentile(percentile)) {
    const double wanted = std::max(1.0, std::ceil(percentile / 100 * total));
    while (index < counts.size() && seen + static_cast<double>(counts[index]) < wanted) {
      seen += static_cast<double>(counts[index++]);
    }
    points.push_back({percentile, std::min(Histogram::highest_at(index), histogram.max().count())});
  }
  return points;
}

}  // namespace ringside
