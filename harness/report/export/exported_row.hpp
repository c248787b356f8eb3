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

#include "harness/record/measurement.hpp"
#include "harness/report/stats/mean_of_rounds.hpp"

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

/// One metric of one row: never empty, every figure finite and not negative.
struct ExportedFigure {
  const ExportedMetric* metric = nullptr;  ///< never null
  std::map<int, double> rounds;            ///< by the round's number

  /// With its 95 % interval.
  MeanOfRounds mean() const;
};

/// One scenario, set of parameters and backend, without control.
struct ExportedRow {
  std::string scenario;
  std::vector<std::pair<std::string, std::string>>
      parts;                         ///< backend and parameters, safe in names
  std::map<int, std::uint64_t> ops;  ///< by the round's number
  std::vector<ExportedFigure> figures;
};

/// Whether a tool can do something with 0. Those that take logarithms of all entries together
/// cannot.
enum class Zeros { keep, leave_out };

/// The rows that have figures. What has no figure is left out, and so is a throughput that is only
/// a lower bound: other tools have no mark for it, and would name winners.
std::vector<ExportedRow> exported_rows(std::span<const Measurement> trials, Zeros zeros);

/// What exported_rows() leaves out: a sentence for each metric and reason, which names the rows.
/// Printable. Empty when everything is there.
std::vector<std::string> left_out(std::span<const Measurement> trials, Zeros zeros);

/// "echo/backend:epoll/connections:64" with ':' for `separator`; different for every row.
std::string name_of(const ExportedRow& row, char separator);

}  // namespace ringside
