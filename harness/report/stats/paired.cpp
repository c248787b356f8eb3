#include "harness/report/stats/paired.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ringside {

namespace {

std::vector<double> finite_medians(std::span<const std::vector<double>> rounds) {
  std::vector<double> medians;
  for (const std::vector<double>& cycles : rounds) {
    if (cycles.empty()) continue;
    const double middle = median(cycles);
    if (std::isfinite(middle)) medians.push_back(middle);
  }
  return medians;
}

}  // namespace

double median(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  const double below = *std::max_element(values.begin(), middle);
  // Equal ends also when both are infinite, where the mean would be right but inf - inf is not.
  return below == *middle ? below : (below + *middle) / 2;
}

PairedEstimate estimate_paired(std::span<const std::vector<double>> rounds, double step) {
  const std::vector<double> medians = finite_medians(rounds);
  PairedEstimate estimate;
  estimate.rounds = medians.size();
  if (medians.empty()) {
    estimate.reason = "no round in which both gave a figure";
    return estimate;
  }
  estimate.log_ratio = mean(medians);
  if (medians.size() == 1) {
    estimate.reason = "one round cannot tell how much rounds differ";
    return estimate;
  }
  set_standard_error(estimate, std::sqrt(variance_of_mean(medians) + 2 * variance_of_reading(step)),
                     static_cast<double>(medians.size() - 1));
  return estimate;
}

}  // namespace ringside
