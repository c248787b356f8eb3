#include "harness/report/stats/holm.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace ringside {

std::vector<HolmResult> holm(std::span<const double> p_values, double alpha) {
  std::vector<std::size_t> by_p(p_values.size());
  std::iota(by_p.begin(), by_p.end(), std::size_t{0});
  std::ranges::stable_sort(by_p, {}, [&](std::size_t index) { return p_values[index]; });

  std::vector<HolmResult> results(p_values.size());
  double p_adjusted = 0;
  bool still_rejecting = true;
  double level = alpha;
  for (std::size_t step = 0; step < by_p.size(); ++step) {
    const double p = p_values[by_p[step]];
    const auto left = static_cast<double>(by_p.size() - step);
    p_adjusted = std::max(p_adjusted, std::min(1.0, left * p));
    if (still_rejecting) level = alpha / left;
    // Strictly smaller: a closed interval still holds its own end.
    still_rejecting = still_rejecting && p < level;
    results[by_p[step]] = {p_adjusted, still_rejecting, 1 - level};
  }
  return results;
}

}  // namespace ringside
