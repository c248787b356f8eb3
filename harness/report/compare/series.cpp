#include "harness/report/compare/series.hpp"

#include <algorithm>
#include <cmath>

#include "harness/record/measurement.hpp"
#include "harness/record/work_words.hpp"
#include "harness/report/analysis/run_metric.hpp"

namespace ringside {

const Series* find_series(std::span<const Series> all, const Series& like) {
  const auto found = std::ranges::find_if(all, [&](const Series& one) {
    return one.backend == like.backend && one.scenario == like.scenario &&
           same_params(one.params, like.params);
  });
  return found == all.end() ? nullptr : &*found;
}

std::vector<Series> make_series(std::span<const Measurement> trials) {
  std::vector<Series> all;
  for (const Measurement& trial : trials) {
    if (trial.control) continue;
    const Series like{.scenario = trial.scenario,
                      .params = trial.params,
                      .words = words_of(trial),
                      .backend = trial.backend,
                      .reference = trial.reference,
                      .rounds = {},
                      .trials = 0,
                      .wrong_data = false,
                      .reason = {}};
    const Series* known = find_series(all, like);
    if (known == nullptr) known = &all.emplace_back(like);
    Series& series = all[static_cast<std::size_t>(known - all.data())];
    ++series.trials;
    series.wrong_data |= trial.wrong_data;
    if (trial.status == Status::ok) {
      series.rounds.try_emplace(trial.round, &trial);
    } else if (series.reason.empty()) {
      series.reason = trial.reason.empty() ? "no reason given" : trial.reason;
    }
  }
  return all;
}

std::map<int, double> figures_of(const Series& series, const RunMetric& metric) {
  std::map<int, double> figures;
  for (const auto& [round, trial] : series.rounds) {
    if (trial->ops == 0 && metric.per_op) continue;  // it would mean nothing
    const std::optional<double> figure = metric.figure(*trial);
    if (figure && std::isfinite(*figure)) figures.emplace(round, *figure);
  }
  return figures;
}

std::map<int, double> log_figures(const Series& series, const RunMetric& metric) {
  std::map<int, double> logs = figures_of(series, metric);
  for (auto& [round, value] : logs) {
    if (value == 0) return {};
    value = std::log(value);
  }
  return logs;
}

double log_step(const Series& series, const RunMetric& metric) {
  double widest = 0;
  for (const auto& [round, figure] : figures_of(series, metric)) {
    if (figure > 0) widest = std::max(widest, metric.log_step(*series.rounds.at(round), figure));
  }
  return widest;
}

std::string why_none(const Series& series, const RunMetric& metric) {
  if (series.rounds.empty()) return series.reason;
  const bool idle =
      std::ranges::all_of(series.rounds, [](const auto& round) { return round.second->ops == 0; });
  return idle ? "no operations" : std::string(metric.why_none);
}

std::vector<double> values_of(const std::map<int, double>& by_round) {
  std::vector<double> values;
  for (const auto& [round, value] : by_round) values.push_back(value);
  return values;
}

bool is_saturated(const Series& series) {
  return std::ranges::any_of(series.rounds, [](const auto& round) {
    return round.second->generator && round.second->generator->saturated;
  });
}

double bytes_per_op(const Series& series) {
  double bytes = 0;
  double ops = 0;
  for (const auto& [round, trial] : series.rounds) {
    bytes += static_cast<double>(trial->bytes);
    ops += static_cast<double>(trial->ops);
  }
  return ops > 0 ? bytes / ops : 0;
}

}  // namespace ringside
