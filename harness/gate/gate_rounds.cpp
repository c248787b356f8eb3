#include "harness/gate/gate_rounds.hpp"

#include <cmath>
#include <limits>

#include "harness/stats/paired.hpp"

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
  const double head =
      (slowdown(round.head, round.base, metric_) + slowdown(round.head, round.control, metric_)) /
      2;
  const double control = slowdown(round.control, round.base, metric_);
  if (!std::isfinite(head) || !std::isfinite(control)) return;
  slowdowns_.push_back({head});
  controls_.push_back({control});
  for (const Measurement* side : {&round.base, &round.control, &round.head}) {
    saturated_ |= metric_ == Metric::throughput && side->generator && side->generator->saturated;
  }
}

Evidence GateRounds::evidence() const {
  if (saturated_) return {};
  return {.slowdown = estimate_paired(slowdowns_), .control = estimate_paired(controls_)};
}

}  // namespace ringside
