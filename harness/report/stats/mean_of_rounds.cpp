#include "harness/report/stats/mean_of_rounds.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/report/stats/enough.hpp"
#include "harness/report/stats/estimate.hpp"

namespace ringside {

MeanOfRounds mean_of_rounds(std::span<const double> figures, double confidence) {
  std::vector<double> values(figures.begin(), figures.end());
  const bool geometric = std::ranges::all_of(values, [](double value) { return value > 0; });
  if (geometric)
    std::ranges::transform(values, values.begin(), [](double v) { return std::log(v); });
  const auto back = [&](double value) {
    return geometric ? std::exp(value) : std::max(value, 0.0);
  };
  MeanOfRounds result{.value = back(mean(values))};
  if (values.size() < least_rounds) return result;
  const LogInterval range = interval_of_mean(values, confidence);
  const double low = back(range.low);
  const double high = back(range.high);
  if (high > widest_interval * low) return result;
  result.low = low;
  result.high = high;
  return result;
}

}  // namespace ringside
