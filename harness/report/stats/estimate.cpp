#include "harness/report/stats/estimate.hpp"

#include <cassert>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

#include "harness/report/stats/visible.hpp"

namespace ringside {

namespace {

using boost::math::complement;
using boost::math::students_t;

constexpr double rounding_error = 1e-12;  // of sums of log ratios; far below what a clock resolves

double two_sided_quantile(const Estimate& estimate, double confidence) {
  return quantile(complement(students_t(estimate.degrees_of_freedom), (1 - confidence) / 2));
}

}  // namespace

void set_standard_error(Estimate& estimate, double standard_error, double degrees_of_freedom) {
  estimate.degrees_of_freedom = degrees_of_freedom;
  const bool no_spread = standard_error < rounding_error;
  if (no_spread && std::abs(estimate.log_ratio) > rounding_error) {
    estimate.reason = "every round gave exactly the same, so the spread is unknown";
    return;
  }
  estimate.standard_error = no_spread ? 0 : standard_error;
  estimate.p_value = no_spread ? 1.0
                               : 2 * cdf(complement(students_t(degrees_of_freedom),
                                                    std::abs(estimate.log_ratio) / standard_error));
}

std::optional<LogInterval> interval(const Estimate& estimate, double confidence) {
  assert(confidence > 0 && confidence < 1);
  if (!estimate.standard_error) return std::nullopt;
  const double reach = two_sided_quantile(estimate, confidence) * *estimate.standard_error;
  return LogInterval{estimate.log_ratio - reach, estimate.log_ratio + reach};
}

std::optional<double> smallest_visible_effect(const Estimate& estimate, double confidence) {
  assert(confidence > 0 && confidence < 1);
  if (!estimate.standard_error) return std::nullopt;
  const double degrees = estimate.degrees_of_freedom;
  return visible_in_standard_errors(degrees, degrees, (1 - confidence) / 2) *
         *estimate.standard_error;
}

LogInterval interval_of_mean(std::span<const double> values, double confidence) {
  const double error = std::sqrt(variance_of_mean(values));
  if (error < rounding_error) return {mean(values), mean(values)};
  const students_t distribution(static_cast<double>(values.size() - 1));
  const double reach = quantile(complement(distribution, (1 - confidence) / 2)) * error;
  return {mean(values) - reach, mean(values) + reach};
}

double mean(std::span<const double> values) {
  assert(!values.empty());
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance_of_mean(std::span<const double> values) {
  assert(values.size() > 1);
  const double middle = mean(values);
  const double squares = std::accumulate(
      values.begin(), values.end(), 0.0,
      [&](double sum, double value) { return sum + (value - middle) * (value - middle); });
  const auto count = static_cast<double>(values.size());
  return squares / (count - 1) / count;
}

double variance_of_reading(double step) {
  return step * step / 12;  // of the uniform distribution
}

}  // namespace ringside
