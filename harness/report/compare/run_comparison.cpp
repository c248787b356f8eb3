#include "harness/report/compare/run_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/compared_run.hpp"
#include "harness/report/compare/machines.hpp"
#include "harness/report/compare/series.hpp"
#include "harness/report/stats/enough.hpp"
#include "harness/report/stats/holm.hpp"
#include "harness/report/stats/mean_of_rounds.hpp"
#include "harness/report/stats/unpaired.hpp"

namespace ringside {

namespace {

constexpr double alone = 1 - alpha;  // the confidence of an interval that is in no family

/// A series of the base and the same of the head.
struct Pair {
  const Series* base = nullptr;
  const Series* head = nullptr;
};

SideFigure side_figure(const Series& series, const RunMetric& metric) {
  const std::vector<double> values = values_of(figures_of(series, metric));
  SideFigure figure;
  figure.rounds = values.size();
  figure.zero_rounds = static_cast<std::size_t>(std::ranges::count(values, 0.0));
  figure.is_lower_bound = &metric == &throughput_metric() && is_saturated(series);
  if (values.empty()) {
    figure.reason = why_none(series, metric);
    return figure;
  }
  const MeanOfRounds mean = mean_of_rounds(values, alone);
  figure.value = mean.value;
  if (mean.high && mean.value > 0) figure.reach = *mean.high / mean.value - 1;
  return figure;
}

Sample sample_of(const Series& series, const RunMetric& metric) {
  return {.logs = values_of(log_figures(series, metric)), .step = log_step(series, metric)};
}

/// "0 in 3 of 20 rounds of the base and in 20 of 20 rounds of the head, so there is no ratio";
/// empty without zeros.
std::string why_no_ratio(const FigureComparison& comparison) {
  std::string text;
  for (const auto& [side, name] :
       {std::pair(&comparison.base, "base"), std::pair(&comparison.head, "head")}) {
    if (side->zero_rounds == 0) continue;
    text += fmt::format("{} in {} of {} rounds of the {}", text.empty() ? "0" : " and",
                        side->zero_rounds, side->rounds, name);
  }
  return text.empty() ? text : text + ", so there is no ratio";
}

/// An estimate for which it is already known that there can be none, and why.
Estimate no_estimate(std::string reason) {
  Estimate estimate;
  estimate.reason = std::move(reason);
  return estimate;
}

Estimate estimate_figure(const FigureComparison& comparison, const Sample& base,
                         const Sample& head) {
  for (const auto& [side, name] :
       {std::pair(&comparison.base, "base"), std::pair(&comparison.head, "head")}) {
    if (!side->value) return no_estimate(fmt::format("{}: {}", name, side->reason));
  }
  if (std::string reason = why_no_ratio(comparison); !reason.empty()) {
    return no_estimate(std::move(reason));
  }
  if (comparison.base.is_lower_bound || comparison.head.is_lower_bound) {
    return no_estimate(
        "the load generator was saturated, so throughput is a lower bound; CPU per operation is "
        "the figure to look at");
  }
  if (auto why = too_few_rounds(base.logs.size(), head.logs.size())) {
    return no_estimate(std::move(why->reason));
  }
  return estimate_unpaired(base, head);
}

/// The rounds of the side that has fewer.
std::size_t rounds_of_each(const FigureComparison& comparison) {
  return std::min(comparison.base.rounds, comparison.head.rounds);
}

void correct(FigureComparison& comparison, const Estimate& estimate, const HolmResult& result) {
  if (auto why = too_wide(estimate, rounds_of_each(comparison), result.confidence)) {
    comparison.reason = std::move(why->reason);
    return;
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

/// One metric of all pairs, which are a family.
std::vector<FigureComparison> compare_metric(std::span<const Pair> pairs, const RunMetric& metric) {
  std::vector<FigureComparison> comparisons;
  std::vector<Estimate> estimates;
  std::vector<std::size_t> tested;
  std::vector<double> p_values;
  for (const Pair& pair : pairs) {
    FigureComparison comparison{.metric = &metric,
                                .base = side_figure(*pair.base, metric),
                                .head = side_figure(*pair.head, metric)};
    estimates.push_back(
        estimate_figure(comparison, sample_of(*pair.base, metric), sample_of(*pair.head, metric)));
    comparison.reason = estimates.back().reason;
    if (comparison.base.value && comparison.head.value && why_no_ratio(comparison).empty()) {
      comparison.ratio = *comparison.head.value / *comparison.base.value;
    }
    comparisons.push_back(std::move(comparison));
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

/// The mean of the series' log figures in each round that all of them have: what all rows of a
/// round share (the state of the machine) is then in the spread of the rounds.
std::vector<double> means_by_round(const std::vector<const Series*>& series,
                                   const RunMetric& metric) {
  std::map<int, std::vector<double>> rounds;
  for (const Series* one : series) {
    for (const auto& [round, figure] : log_figures(*one, metric)) rounds[round].push_back(figure);
  }
  std::vector<double> means;
  for (const auto& [round, figures] : rounds) {
    if (figures.size() == series.size()) means.push_back(mean(figures));
  }
  return means;
}

/// Of the series' means in each round.
Sample sample_of_all(const std::vector<const Series*>& series, const RunMetric& metric) {
  Sample sample{.logs = means_by_round(series, metric)};
  for (const Series* one : series) sample.step = std::max(sample.step, log_step(*one, metric));
  return sample;
}

/// Of an interval that is in no family; empty when there is one.
std::string why_no_interval(const Estimate& estimate, std::size_t base, std::size_t head) {
  if (const auto why = too_few_rounds(base, head)) return why->reason;
  if (!estimate.standard_error) return estimate.reason;
  const auto why = too_wide(estimate, std::min(base, head), alone);
  return why ? why->reason : std::string();
}

GeometricMean geometric_mean(std::span<const Pair> pairs, const std::string& scenario,
                             const RunMetric& metric) {
  GeometricMean result{.scenario = scenario, .metric = &metric};
  std::vector<const Series*> base;
  std::vector<const Series*> head;
  for (const Pair& pair : pairs) {
    const bool bounded =
        &metric == &throughput_metric() && (is_saturated(*pair.base) || is_saturated(*pair.head));
    const bool known =
        !log_figures(*pair.base, metric).empty() && !log_figures(*pair.head, metric).empty();
    if (pair.base->scenario != scenario || pair.base->reference || bounded || !known) continue;
    base.push_back(pair.base);
    head.push_back(pair.head);
  }
  result.rows = base.size();
  const Sample base_means = sample_of_all(base, metric);
  const Sample head_means = sample_of_all(head, metric);
  if (base_means.logs.empty() || head_means.logs.empty()) {
    result.reason = "no round has all rows' figures";
    return result;
  }
  const Estimate estimate = estimate_unpaired(base_means, head_means);
  result.ratio = std::exp(estimate.log_ratio);
  result.reason = why_no_interval(estimate, base_means.logs.size(), head_means.logs.size());
  if (result.reason.empty()) {
    const auto range = interval(estimate, alone);
    result.low = std::exp(range->low);
    result.high = std::exp(range->high);
  }
  return result;
}

void add_geometric_means(std::span<const Pair> pairs, RunComparison& comparison) {
  std::vector<std::string> scenarios;
  for (const Pair& pair : pairs) {
    if (std::ranges::count(scenarios, pair.base->scenario) == 0) {
      scenarios.push_back(pair.base->scenario);
    }
  }
  for (const std::string& scenario : scenarios) {
    for (const RunMetric& metric : run_metrics()) {
      GeometricMean mean = geometric_mean(pairs, scenario, metric);
      if (mean.rows > 1) comparison.geometric_means.push_back(std::move(mean));
    }
  }
}

std::vector<UnmatchedRow> unmatched(std::span<const Series> some, std::span<const Series> others) {
  std::vector<UnmatchedRow> rows;
  for (const Series& one : some) {
    if (find_series(others, one) == nullptr)
      rows.push_back({one.scenario, one.params, one.backend});
  }
  return rows;
}

/// What a run says of itself: damage, a control that strays, a noisy machine.
void add_own_warnings(const ComparedRun& run, std::string_view side,
                      std::vector<std::string>& warnings) {
  if (!run.warning.empty()) warnings.push_back(fmt::format("{}: {}", side, run.warning));
  for (const Finding& finding : analyse(run.trials).findings) {
    const bool of_machine =
        finding.kind == FindingKind::control || finding.kind == FindingKind::noise;
    if (finding.warning && of_machine) {
      warnings.push_back(fmt::format("{}: {}", side, finding.text));
    }
  }
}

/// Rows that are wrong or less than they seem: what stands in them is of the good rounds alone.
void add_bad_rounds(std::span<const Series> rows, std::string_view side,
                    std::vector<std::string>& warnings) {
  for (const Series& row : rows) {
    if (row.rounds.size() == row.trials || (row.rounds.empty() && !row.wrong_data)) continue;
    warnings.push_back(fmt::format("{}: {} of {}{}: {} of {} rounds gave figures; {}", side,
                                   row.backend, row.scenario,
                                   row.wrong_data ? " answered with wrong data" : "",
                                   row.rounds.size(), row.trials, row.reason));
  }
}

std::set<std::string> caveats_of(const ComparedRun& run) {
  std::set<std::string> caveats;
  for (const Measurement& trial : run.trials) {
    caveats.insert(trial.caveats.begin(), trial.caveats.end());
  }
  return caveats;
}

/// What the runs' own reports say below their tables.
void add_caveats(const ComparedRun& base, const ComparedRun& head,
                 std::vector<std::string>& warnings) {
  const std::set<std::string> of_base = caveats_of(base);
  const std::set<std::string> of_head = caveats_of(head);
  for (const std::string& caveat : of_base) {
    warnings.push_back(fmt::format("{}: {}", of_head.contains(caveat) ? "both" : "base", caveat));
  }
  for (const std::string& caveat : of_head) {
    if (!of_base.contains(caveat)) warnings.push_back(fmt::format("head: {}", caveat));
  }
}

std::vector<std::string> warnings_of(const ComparedRun& base, const ComparedRun& head,
                                     std::span<const Series> base_rows,
                                     std::span<const Series> head_rows) {
  const RunDifferences differ = differences(base, head);
  std::vector<std::string> warnings;
  add_bad_rounds(base_rows, "base", warnings);
  add_bad_rounds(head_rows, "head", warnings);
  warnings.insert(warnings.end(), differ.grave.begin(), differ.grave.end());
  add_own_warnings(base, "base", warnings);
  add_own_warnings(head, "head", warnings);
  std::ranges::copy(differ.slight, std::back_inserter(warnings));
  if (!differ.unchecked.empty()) {
    warnings.push_back(unchecked_sentence(differ));
  }
  add_caveats(base, head, warnings);
  warnings.emplace_back(
      "the two were taken at different times: what changed on the machine in between is in the "
      "ratios, and in no interval");
  return warnings;
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::unknown:
      return "unknown";
    case Verdict::not_told_apart:
      return "not told apart";
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
  }
  return {};
}

Verdict verdict_of(const FigureComparison& comparison) noexcept {
  if (!comparison.p_adjusted) return Verdict::unknown;
  if (!comparison.significant) return Verdict::not_told_apart;
  return (*comparison.ratio > 1) == comparison.metric->higher_is_better ? Verdict::better
                                                                        : Verdict::worse;
}

RunComparison compare_runs(const ComparedRun& base, const ComparedRun& head) {
  const std::vector<Series> base_series = make_series(base.trials);
  const std::vector<Series> head_series = make_series(head.trials);
  RunComparison comparison{.base_name = base.name,
                           .head_name = head.name,
                           .warnings = warnings_of(base, head, base_series, head_series),
                           .only_in_base = unmatched(base_series, head_series),
                           .only_in_head = unmatched(head_series, base_series)};
  std::vector<Pair> pairs;
  for (const Series& one : base_series) {
    const Series* other = find_series(head_series, one);
    if (other == nullptr) continue;
    pairs.push_back({&one, other});
    comparison.rows.push_back({.scenario = one.scenario,
                               .params = one.params,
                               .words = one.words,
                               .backend = one.backend,
                               .reference = one.reference,
                               .bytes_per_op = std::max(bytes_per_op(one), bytes_per_op(*other))});
  }
  for (const RunMetric& metric : run_metrics()) {
    std::vector<FigureComparison> figures = compare_metric(pairs, metric);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      comparison.rows[i].figures.push_back(std::move(figures[i]));
    }
  }
  add_geometric_means(pairs, comparison);
  for (const ComparedRun* run : {&base, &head}) {
    comparison.wrong_data |= std::ranges::any_of(run->trials, &Measurement::wrong_data);
  }
  return comparison;
}

}  // namespace ringside
