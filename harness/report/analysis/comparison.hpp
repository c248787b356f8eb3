// Two rows held against each other, and who comes out where.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/analysis/run_metric.hpp"

namespace ringside {

struct Measurement;

/// The chance of one wrong "they differ" in a family of comparisons, and in an interval alone.
inline constexpr double alpha = 0.05;

/// How row `a` of a group stands to row `b` in one metric. The ratio is always figure(a) /
/// figure(b) in the metric's own unit: above 1, `a` has more throughput, or costs more.
struct Comparison {
  std::size_t a = 0;  ///< rows of the group
  std::size_t b = 0;
  Metric metric = Metric::throughput;
  std::optional<double> ratio;
  /// The interval, which leaves out 1 exactly when `significant`. Too few rounds and rounds that
  /// differ too much have none: see harness/report/stats/enough.hpp.
  std::optional<double> low;
  std::optional<double> high;
  std::optional<double> confidence;  ///< of the interval alone, so that the family's is 95 %
  std::optional<double> p_adjusted;  ///< Holm's, over the family
  bool significant = false;
  std::optional<double>
      smallest_visible_ratio;  ///< above 1: what would have been seen 4 times in 5
  std::size_t rounds = 0;      ///< in which both gave a figure
  std::size_t rounds_left_out = 0;
  std::string reason;  ///< why there is no ratio or no interval; empty when there are both
  /// For an interval, where there is none for want of rounds: above most_rounds where it is more.
  std::size_t rounds_needed = 0;
};

/// Both rows gave figures, and nothing says whether they differ.
bool is_unjudged(const Comparison& comparison) noexcept;

/// Whether `a` is significantly better than `b`, or the other way round.
bool a_is_better(const Comparison& comparison) noexcept;
bool b_is_better(const Comparison& comparison) noexcept;

/// Ratio and interval of `one` over the other row, whichever of the two is the comparison's `a`.
struct Oriented {
  double ratio = 0;
  double low = 0;
  double high = 0;
};

/// Only for comparisons that have an interval.
Oriented orient(const Comparison& comparison, std::size_t one);

/// The good trials of one row by round, and how many rounds it was in at all.
struct RowTrials {
  std::map<int, const Measurement*> ok;
  std::map<int, const Measurement*> all;
  bool broke_together = false;  ///< a law that they break together has taken all out of `ok`
};

/// A comparison before Holm's correction has given it its interval: see compare_family().
struct ComparedPair {
  std::size_t a = 0;
  std::size_t b = 0;
  const RowTrials* a_trials = nullptr;
  const RowTrials* b_trials = nullptr;
};

/// A whole trial's figure in the metric's unit; 0 is one.
std::optional<double> figure_of(const Measurement& trial, Metric metric);

/// Its logarithm; not finite when there is none or it is 0.
double log_figure(const Measurement& trial, Metric metric);

/// The log ratios of the cycles that both have, figure(a) / figure(b); one for the whole round
/// where there are no slices or the metric is one of the whole round. A cycle in which neither did
/// anything says nothing.
std::vector<double> paired_log_ratios(const Measurement& a, const Measurement& b, Metric metric);

/// Compares each pair in `metric`, corrected for all of them together (Holm). Throughput and CPU
/// per operation are paired within each cycle, latency percentiles within each round.
std::vector<Comparison> compare_family(std::span<const ComparedPair> pairs, Metric metric);

}  // namespace ringside
