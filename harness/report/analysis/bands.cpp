#include "harness/report/analysis/bands.hpp"

#include <cmath>
#include <vector>

#include "harness/record/measurement.hpp"
#include "harness/report/stats/enough.hpp"
#include "harness/report/stats/paired.hpp"

namespace ringside {

namespace {

/// Empty when there is one.
std::string why_no_interval(const PairedEstimate& estimate) {
  if (estimate.rounds == 0) return "no round gave this figure";
  if (const auto why = too_few_rounds(estimate.rounds)) return why->reason;
  if (!estimate.standard_error) {
    return "every round gave exactly the same figure, so its spread is unknown";
  }
  const auto why = too_wide(estimate, estimate.rounds, band_confidence);
  return why ? why->reason : std::string();
}

Band band_of(const RowTrials& trials, Metric metric) {
  std::vector<std::vector<double>> rounds;
  for (const auto& [round, trial] : trials.ok) {
    const double figure = log_figure(*trial, metric);
    if (std::isfinite(figure)) rounds.push_back({figure});
  }
  const PairedEstimate estimate = estimate_paired(rounds);
  Band band;
  band.rounds = estimate.rounds;
  if (estimate.rounds > 0) band.centre = std::exp(estimate.log_ratio);
  band.reason = why_no_interval(estimate);
  if (!band.reason.empty()) return band;
  const std::optional<LogInterval> range = interval(estimate, band_confidence);
  band.low = std::exp(range->low);
  band.high = std::exp(range->high);
  return band;
}

}  // namespace

Bands bands_of(const RowTrials& trials) {
  Bands bands;
  for (const Metric metric : all_metrics) bands[metric] = band_of(trials, metric);
  return bands;
}

}  // namespace ringside
