// An estimate of a log ratio, and how sure it is.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace ringside {

/// A range of log ratios; exp() of its ends is the range of the ratio.
struct LogInterval {
  double low = 0;
  double high = 0;
};

/// The estimate of log(a/b) and what is needed to say how sure it is, with Student's t.
struct Estimate {
  double log_ratio = 0;
  /// Of log_ratio; none when no spread can be told.
  std::optional<double> standard_error{};
  double degrees_of_freedom = 0;  ///< of the standard error; need not be whole
  std::optional<double>
      p_value{};         ///< two-sided, against "no difference"; comes with standard_error
  std::string reason{};  ///< why there is no standard error; empty when there is one
};

/// Puts the standard error into the estimate, and the p value that follows from it. No spread at
/// all beside a difference leaves both out, with the reason: it would be infinitely sure.
void set_standard_error(Estimate& estimate, double standard_error, double degrees_of_freedom);

/// The interval at `confidence` (0.95 and the like); none when there is no standard error.
std::optional<LogInterval> interval(const Estimate& estimate, double confidence);

/// The smallest true log ratio that is told from 0 at `confidence` in 4 of 5 runs like this one at
/// least: see visible_in_standard_errors().
std::optional<double> smallest_visible_effect(const Estimate& estimate, double confidence);

/// Of the mean of independent values, in their unit. Not to be called with fewer than two.
LogInterval interval_of_mean(std::span<const double> values, double confidence);

/// Not to be called without values.
double mean(std::span<const double> values);

/// The square of the standard error of the values' mean. Not to be called with fewer than two.
double variance_of_mean(std::span<const double> values);

/// The variance of what a figure loses when it is read in steps this wide: a whole count, a bucket
/// of a histogram. It does not shrink with the number of rounds, since all may lie in one step.
double variance_of_reading(double step);

}  // namespace ringside
