// The figures that backends, and runs, are compared by: one table.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/work_words.hpp"
#include "harness/report/analysis/units.hpp"

namespace ringside {

struct Measurement;

/// What the backends of a run are compared by: the first rows of run_metrics(), in their order.
enum class Metric { throughput, cpu_per_op, latency_p50, latency_p99 };

inline constexpr Metric all_metrics[] = {Metric::throughput, Metric::cpu_per_op,
                                         Metric::latency_p50, Metric::latency_p99};

/// One figure that every round has, or has not: a row of run_metrics().
struct RunMetric {
  std::string_view name;   ///< with its unit, as in files: "cpu_ns_per_op"
  std::string_view title;  ///< for people, over a column: "CPU"
  std::string_view noun;   ///< for people, in a sentence: "median latency"; see noun_of()
  bool higher_is_better = false;
  std::span<const Unit> units;  ///< it is shown in one of them
  bool per_op = true;           ///< the unit shown is "/msg"; false: throughput and times

  /// The round's figure; 0 is one.
  std::optional<double> (*figure)(const Measurement& trial) = nullptr;
  /// The logarithm of a slice's; NaN where it has none. Null: slices have none, only rounds do.
  double (*log_of_slice)(const Measurement& trial, std::size_t cycle) = nullptr;
  /// How finely the logarithm of this figure of the trial is read: percentiles are the buckets' of
  /// a histogram, events are whole; 0: as finely as clocks go.
  double (*log_step)(const Measurement& trial, double figure) = nullptr;
  std::string_view why_none{};          ///< when no round has a figure
  std::string_view why_none_in_both{};  ///< when two rows have no round in which both have one
};

/// In the order in which they are shown.
std::span<const RunMetric> run_metrics();

/// The row of a metric that backends are compared by.
const RunMetric& row_of(Metric metric) noexcept;

/// The first of run_metrics(): the one that a saturated load generator cuts off.
const RunMetric& throughput_metric();

/// The metric's name with its unit, as in summary.json: "throughput_ops_per_s" and the like.
std::string_view to_string(Metric metric) noexcept;

/// True of throughput only; of the others less is better.
bool higher_is_better(Metric metric) noexcept;

/// What it is called in a sentence about such work: "CPU per message".
std::string noun_of(Metric metric, const WorkWords& words);

}  // namespace ringside
