#include "harness/report/bands.hpp"

#include <cmath>
#include <vector>

#include "harness/results/measurement.hpp"
#include "harness/stats/paired.hpp"

namespace ringside {

namespace {

std::string why_no_interval(std::size_t rounds) {
  if (rounds == 0) return "no round gave this figure";
  if (rounds == 1) return "one round cannot tell how much rounds differ";
  return "every round gave exactly the same figure, so its spread is unknown";
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
  const std::optional<LogInterval> range = interval(estimate, band_confidence);
  if (!range) {
    band.reason = why_no_interval(estimate.rounds);
    return band;
  }
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
