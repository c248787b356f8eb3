#include "harness/report/analysis/audit.hpp"

#include <array>
#include <cmath>

#include "harness/record/measurement.hpp"
#include "harness/report/analysis/comparison.hpp"
#include "harness/report/stats/estimate.hpp"

namespace ringside {

namespace {

constexpr double tested_at = 0.90;  // two one-sided tests at 5 % each
constexpr std::size_t least_rounds = 4;

using Pair = std::optional<std::pair<double, double>>;

/// From slices and from windows; none where one of the two is unknown or 0.
Pair pair_of(double slices, double windows) {
  if (!(slices > 0) || !(windows > 0)) return std::nullopt;
  return std::pair(slices, windows);
}

template <int per_mille>
Pair percentiles(const Measurement& trial) {
  const double percentile = per_mille / 10.0;
  const auto slices = trial.latency.all().supported_percentile(percentile);
  const auto windows = trial.audit->latency.supported_percentile(percentile);
  if (!slices || !windows) return std::nullopt;
  return pair_of(static_cast<double>(slices->count()), static_cast<double>(windows->count()));
}

/// Of what slices are asked for: from those beside the window, where it lies between slices.
template <int per_mille>
Pair shown_percentiles(const Measurement& trial) {
  const Audit& audit = *trial.audit;
  if (audit.after_slices == 0) return percentiles<per_mille>(trial);
  const auto beside = per_mille == 500 ? audit.beside_p50_ns : audit.beside_p90_ns;
  const auto windows = audit.latency.supported_percentile(per_mille / 10.0);
  if (!beside || !windows) return std::nullopt;
  return pair_of(static_cast<double>(*beside), static_cast<double>(windows->count()));
}

struct Audited {
  std::string_view name;
  double margin;
  Pair (*figures)(const Measurement& trial);
};

const std::array<Audited, 6> audited{{
    {"throughput", 0.05,
     [](const Measurement& trial) {
       const auto beside = beside_audit(trial);
       return pair_of(beside ? beside->throughput_ops_per_s : trial.throughput_ops_per_s(),
                      trial.audit->throughput_ops_per_s());
     }},
    {"CPU", 0.05,
     [](const Measurement& trial) {
       const auto beside = beside_audit(trial);
       const double of_all = trial.cpu ? trial.cpu->total_ns_per_op : 0;
       return pair_of(beside ? beside->cpu_ns_per_op : of_all, trial.audit->cpu_ns_per_op);
     }},
    {"p50", 0.05, shown_percentiles<500>},
    {"p90", 0.10, shown_percentiles<900>},
    {"p99", 0.10, percentiles<990>},
    {"p99.9", 0.20, percentiles<999>},
}};

AuditedFigure held_against(const Audited& what, const RowTrials& trials) {
  std::vector<double> logs;
  for (const auto& [round, trial] : trials.ok) {
    if (!trial->audit) continue;
    if (const Pair pair = what.figures(*trial))
      logs.push_back(std::log(pair->first / pair->second));
  }
  AuditedFigure figure{.name = what.name, .margin = what.margin, .rounds = logs.size()};
  if (logs.empty()) return figure;
  figure.ratio = std::exp(mean(logs));
  if (logs.size() < least_rounds) return figure;
  const LogInterval range = interval_of_mean(logs, tested_at);
  const double margin = std::log1p(what.margin);
  figure.low = std::exp(range.low);
  figure.high = std::exp(range.high);
  if (range.low > -margin && range.high < margin) figure.verdict = Equivalence::equivalent;
  if (range.low > margin || range.high < -margin) figure.verdict = Equivalence::different;
  return figure;
}

}  // namespace

std::string_view to_string(Equivalence equivalence) noexcept {
  switch (equivalence) {
    case Equivalence::equivalent:
      return "equivalent";
    case Equivalence::different:
      return "different";
    case Equivalence::undecided:
      return "undecided";
  }
  return {};
}

AuditOfRow audit_of(const RowTrials& trials) {
  AuditOfRow audit;
  for (const auto& [round, trial] : trials.ok) {
    if (trial->audit) audit.windows += trial->audit->windows;
  }
  if (audit.windows == 0) return audit;
  for (const Audited& what : audited) audit.figures.push_back(held_against(what, trials));
  return audit;
}

bool is_shown(const AuditedFigure& figure) noexcept {
  return figure.name != "p90" && figure.name != "p99" && figure.name != "p99.9";  // see latencies
}

}  // namespace ringside
