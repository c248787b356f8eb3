#include "harness/report/analysis/percentile_axis.hpp"

#include <cmath>

#include "harness/record/latencies.hpp"

namespace ringside {

namespace {

constexpr double points_per_halving = 5;

double next_percentile(double percentile) {
  const double halvings = std::floor(std::log2(100 / (100 - percentile)));
  return percentile + 100 / (points_per_halving * std::exp2(halvings + 1));
}

}  // namespace

std::vector<PercentilePoint> percentile_axis(const Latencies& latencies) {
  const Latencies times = latencies.of_one_kind();
  std::vector<PercentilePoint> points;
  for (double percentile = 0;; percentile = next_percentile(percentile)) {
    const auto value = times.percentile(percentile);
    if (!value) return points;
    points.push_back({percentile, value->count()});
  }
}

}  // namespace ringside
