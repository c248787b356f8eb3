#include "harness/report/percentile_axis.hpp"

#include <cmath>

#include "harness/results/stored_histogram.hpp"

namespace ringside {

namespace {

constexpr double points_per_halving = 5;

double next_percentile(double percentile) {
  const double halvings = std::floor(std::log2(100 / (100 - percentile)));
  return percentile + 100 / (points_per_halving * std::exp2(halvings + 1));
}

}  // namespace

std::vector<PercentilePoint> percentile_axis(const StoredHistogram& histogram) {
  std::vector<PercentilePoint> points;
  for (double percentile = 0; Histogram::leaves_enough_beyond(percentile, histogram.count());
       percentile = next_percentile(percentile)) {
    points.push_back({percentile, histogram.at_percentile(percentile).count()});
  }
  return points;
}

}  // namespace ringside
