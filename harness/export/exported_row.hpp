// What every format for other tools is made of: one row of a run, with the figures of its rounds.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/results/measurement.hpp"

namespace ringside {

struct RunMetric;

/// How other tools know a metric: a row of exported_metrics().
struct ExportedMetric {
  const RunMetric* metric = nullptr;  ///< never null
  std::string_view suffix;            ///< ends names where each metric is an entry of its own
  std::string_view unit;              ///< "ns/op"
  std::string_view go_unit;           ///< as Go's benchmarks write it: "p99-ns"
  std::string_view measure;           ///< Bencher's slug
};

std::span<const ExportedMetric> exported_metrics();

/// One metric of one row: never empty, every figure finite and above 0.
struct ExportedFigure {
  const ExportedMetric* metric = nullptr;  ///< never null
  std::map<int, double> rounds;            ///< by the round's number

  std::vector<double> values() const;
  double geometric_mean() const;
  /// The 95 % interval of the geometric mean; both ends are the mean where there is one round.
  std::pair<double, double> interval() const;
};

/// One scenario, set of parameters and backend, without control.
struct ExportedRow {
  std::string scenario;
  std::vector<std::pair<std::string, std::string>>
      parts;                         ///< backend and parameters, safe in names
  std::map<int, std::uint64_t> ops;  ///< by the round's number
  std::vector<ExportedFigure> figures;
};

/// The rows that have figures. What has no figure is left out, and so is a throughput that is only
/// a lower bound: other tools have no mark for it, and would name winners.
std::vector<ExportedRow> exported_rows(std::span<const Measurement> trials);

/// "echo/backend:epoll/connections:64" with ':' for `separator`; different for every row.
std::string name_of(const ExportedRow& row, char separator);

}  // namespace ringside
