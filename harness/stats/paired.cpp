#include "harness/stats/paired.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

#include <boost/math/distributions/students_t.hpp>

namespace ringside {

namespace {

using boost::math::complement;
using boost::math::students_t;

constexpr double power = 0.8;
constexpr double rounding_error = 1e-12;  // of sums of log ratios; far below what a clock resolves

students_t t_of(const PairedEstimate& estimate) {
  return students_t(static_cast<double>(estimate.rounds - 1));
}

double two_sided_quantile(const PairedEstimate& estimate, double confidence) {
  return quantile(complement(t_of(estimate), (1 - confidence) / 2));
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_error_of_mean(const std::vector<double>& values, double mean) {
  const double squares = std::accumulate(
      values.begin(), values.end(), 0.0,
      [&](double sum, double value) { return sum + (value - mean) * (value - mean); });
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1) / count);
}

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

PairedEstimate estimate_paired(std::span<const std::vector<double>> rounds) {
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
  const double error = standard_error_of_mean(medians, estimate.log_ratio);
  const bool no_spread = error < rounding_error;
  if (no_spread && std::abs(estimate.log_ratio) > rounding_error) {
    estimate.reason = "every round gave exactly the same ratio, so its spread is unknown";
    return estimate;
  }
  estimate.standard_error = error;
  estimate.p_value =
      no_spread ? 1.0 : 2 * cdf(complement(t_of(estimate), std::abs(estimate.log_ratio) / error));
  return estimate;
}

std::optional<LogInterval> interval(const PairedEstimate& estimate, double confidence) {
  assert(confidence > 0 && confidence < 1);
  if (!estimate.standard_error) return std::nullopt;
  const double reach = two_sided_quantile(estimate, confidence) * *estimate.standard_error;
  return LogInterval{estimate.log_ratio - reach, estimate.log_ratio + reach};
}

std::optional<double> smallest_visible_effect(const PairedEstimate& estimate, double confidence) {
  assert(confidence > 0 && confidence < 1);
  if (!estimate.standard_error) return std::nullopt;
  const double reach = two_sided_quantile(estimate, confidence) + quantile(t_of(estimate), power);
  return reach * *estimate.standard_error;
}

}  // namespace ringside
