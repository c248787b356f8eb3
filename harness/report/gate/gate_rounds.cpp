#include "harness/report/gate/gate_rounds.hpp"

#include <cmath>
#include <limits>

#include "harness/report/stats/paired.hpp"

namespace ringside {

namespace {

/// The median over cycles of log(side / against), above 0 where `side` is slower: more CPU per
/// operation, or less throughput. NaN where there is no figure.
double slowdown(const Measurement& side, const Measurement& against, Metric metric) {
  const std::vector<double> cycles = higher_is_better(metric)
                                         ? paired_log_ratios(against, side, metric)
                                         : paired_log_ratios(side, against, metric);
  return cycles.empty() ? std::numeric_limits<double>::quiet_NaN() : median(cycles);
}

}  // namespace

void GateRounds::add(const GateRound& round) {
  if (round.base)
    add_side_by_side(round);
  else
    add_alone(round);
  if (round.base) look_for_saturation(*round.base);
  look_for_saturation(round.control);
  look_for_saturation(round.head);
}

void GateRounds::add_side_by_side(const GateRound& round) {
  const double head =
      (slowdown(round.head, *round.base, metric_) + slowdown(round.head, round.control, metric_)) /
      2;
  const double control = slowdown(round.control, *round.base, metric_);
  if (!std::isfinite(head) || !std::isfinite(control)) return;
  slowdowns_.push_back({head});
  controls_.push_back({control});
}

void GateRounds::add_alone(const GateRound& round) {
  const double head = (log_figure(round.head, metric_) + log_figure(round.control, metric_)) / 2;
  const double control = slowdown(round.control, round.head, metric_);
  if (!std::isfinite(head) || !std::isfinite(control)) return;
  head_.logs.push_back(head);
  controls_.push_back({control});
}

std::vector<double> GateRounds::flat(const std::vector<std::vector<double>>& rounds) {
  std::vector<double> values;
  for (const std::vector<double>& round : rounds) values.push_back(round.front());
  return values;
}

void GateRounds::look_for_saturation(const Measurement& side) {
  saturated_ |= metric_ == Metric::throughput && side.generator && side.generator->saturated;
}

Evidence GateRounds::evidence() const {
  if (saturated_ || count() == 0) return {};
  Evidence evidence{.slowdown = {}, .control = estimate_paired(controls_)};
  if (!base_)
    evidence.slowdown = estimate_paired(slowdowns_);
  else if (higher_is_better(metric_))
    evidence.slowdown = estimate_unpaired(head_, *base_);
  else
    evidence.slowdown = estimate_unpaired(*base_, head_);
  return evidence;
}

}  // namespace ringside
