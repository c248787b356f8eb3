#include "harness/report/analysis/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "harness/record/measurement.hpp"
#include "harness/report/stats/enough.hpp"
#include "harness/report/stats/holm.hpp"
#include "harness/report/stats/paired.hpp"

namespace ringside {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<double> paired_log_ratios(const Measurement& a, const Measurement& b, Metric metric) {
  const auto log_of_slice = row_of(metric).log_of_slice;
  const std::size_t cycles = std::min(a.slices.ops.size(), b.slices.ops.size());
  std::vector<double> ratios;
  const auto add = [&](double a_figure, double b_figure) {
    if (const double ratio = a_figure - b_figure; !std::isnan(ratio)) ratios.push_back(ratio);
  };
  if (log_of_slice == nullptr || cycles == 0) {
    add(log_figure(a, metric), log_figure(b, metric));
    return ratios;
  }
  for (std::size_t cycle = 0; cycle < cycles; ++cycle) {
    add(log_of_slice(a, cycle), log_of_slice(b, cycle));
  }
  return ratios;
}

namespace {

std::vector<std::vector<double>> paired_rounds(const ComparedPair& pair, Metric metric) {
  std::vector<std::vector<double>> rounds;
  for (const auto& [round, a] : pair.a_trials->ok) {
    const auto b = pair.b_trials->ok.find(round);
    if (b == pair.b_trials->ok.end()) continue;
    rounds.push_back(paired_log_ratios(*a, *b->second, metric));
  }
  return rounds;
}

/// The widest of any round of either.
double step_of(const ComparedPair& pair, Metric metric) {
  double widest = 0;
  for (const RowTrials* row : {pair.a_trials, pair.b_trials}) {
    for (const auto& [round, trial] : row->ok) {
      const double figure = figure_of(*trial, metric).value_or(0);
      widest = std::max(widest, row_of(metric).log_step(*trial, figure));
    }
  }
  return widest;
}

std::size_t rounds_of_either(const ComparedPair& pair) {
  std::map<int, const Measurement*> either = pair.a_trials->all;
  either.insert(pair.b_trials->all.begin(), pair.b_trials->all.end());
  return either.size();
}

std::string_view why_no_figure(std::span<const std::vector<double>> rounds, Metric metric) {
  return rounds.empty() ? "no round in which both ran" : row_of(metric).why_none_in_both;
}

Comparison uncorrected(const ComparedPair& pair, Metric metric, const PairedEstimate& estimate,
                       std::span<const std::vector<double>> rounds) {
  Comparison comparison;
  comparison.a = pair.a;
  comparison.b = pair.b;
  comparison.metric = metric;
  comparison.rounds = estimate.rounds;
  comparison.rounds_left_out = rounds_of_either(pair) - estimate.rounds;
  comparison.reason =
      estimate.rounds == 0 ? std::string(why_no_figure(rounds, metric)) : estimate.reason;
  if (estimate.rounds > 0) comparison.ratio = std::exp(estimate.log_ratio);
  const bool never_met = rounds.empty() && !pair.a_trials->ok.empty() && !pair.b_trials->ok.empty();
  if (never_met) comparison.rounds_needed = least_rounds;
  return comparison;
}

void leave_unjudged(Comparison& comparison, NoInterval why) {
  comparison.reason = std::move(why.reason);
  comparison.rounds_needed = why.rounds_needed;
}

void correct(Comparison& comparison, const PairedEstimate& estimate, const HolmResult& result) {
  if (auto why = too_wide(estimate, estimate.rounds, result.confidence)) {
    return leave_unjudged(comparison, std::move(*why));
  }
  const auto range = interval(estimate, result.confidence);
  comparison.low = std::exp(range->low);
  comparison.high = std::exp(range->high);
  comparison.confidence = result.confidence;
  comparison.p_adjusted = result.p_adjusted;
  comparison.significant = result.rejected;
  comparison.smallest_visible_ratio =
      std::exp(*smallest_visible_effect(estimate, result.confidence));
}

}  // namespace

bool is_unjudged(const Comparison& comparison) noexcept {
  return !comparison.p_adjusted && (comparison.ratio || comparison.rounds_needed > 0);
}

bool a_is_better(const Comparison& comparison) noexcept {
  return comparison.significant && (*comparison.ratio > 1) == higher_is_better(comparison.metric);
}

bool b_is_better(const Comparison& comparison) noexcept {
  return comparison.significant && !a_is_better(comparison);
}

Oriented orient(const Comparison& comparison, std::size_t one) {
  if (comparison.a == one) return {*comparison.ratio, *comparison.low, *comparison.high};
  return {1 / *comparison.ratio, 1 / *comparison.high, 1 / *comparison.low};
}

std::optional<double> figure_of(const Measurement& trial, Metric metric) {
  return row_of(metric).figure(trial);
}

double log_figure(const Measurement& trial, Metric metric) {
  const std::optional<double> figure = figure_of(trial, metric);
  return figure ? std::log(*figure) : none;
}

std::vector<Comparison> compare_family(std::span<const ComparedPair> pairs, Metric metric) {
  std::vector<Comparison> comparisons;
  std::vector<PairedEstimate> estimates;
  std::vector<std::size_t> tested;
  std::vector<double> p_values;
  for (const ComparedPair& pair : pairs) {
    const auto rounds = paired_rounds(pair, metric);
    estimates.push_back(estimate_paired(rounds, step_of(pair, metric)));
    comparisons.push_back(uncorrected(pair, metric, estimates.back(), rounds));
    if (auto why = too_few_rounds(estimates.back().rounds); why && estimates.back().rounds > 0) {
      leave_unjudged(comparisons.back(), std::move(*why));
      continue;
    }
    if (!estimates.back().p_value) continue;
    tested.push_back(comparisons.size() - 1);
    p_values.push_back(*estimates.back().p_value);
  }
  const std::vector<HolmResult> results = holm(p_values, alpha);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    correct(comparisons[tested[i]], estimates[tested[i]], results[i]);
  }
  return comparisons;
}

}  // namespace ringside
