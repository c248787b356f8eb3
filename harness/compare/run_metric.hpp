// What two runs are compared by.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "harness/report/units.hpp"

namespace ringside {

struct Measurement;

/// One figure that every round has, or has not: a row of run_metrics().
struct RunMetric {
  std::string_view name;   ///< with its unit, as in compare.json: "cpu_ns_per_op"
  std::string_view title;  ///< for people: "CPU"
  bool higher_is_better = false;
  std::span<const Unit> units;  ///< it is shown in one of them
  bool per_op = true;           ///< the unit shown is "/msg"; false: throughput and times

  /// The round's figure; 0 is one.
  std::optional<double> (*figure)(const Measurement& trial) = nullptr;
  /// How finely the logarithm of this figure of the trial is read; 0: as finely as clocks go.
  double (*log_step)(const Measurement& trial, double figure) = nullptr;
  std::string_view why_none;  ///< when no round has a figure
};

/// In the order in which they are shown.
std::span<const RunMetric> run_metrics();

/// The first of run_metrics(): the one that a saturated load generator cuts off.
const RunMetric& throughput_metric();

}  // namespace ringside
