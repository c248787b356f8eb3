// What the CSV files of a run have in common: columns that stand for all rows, and those that
// depend on the scenarios of the run.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/measured.hpp"
#include "harness/record/latencies.hpp"
#include "harness/report/render/csv_line.hpp"

namespace ringside {

/// A column and what a row has in it, side by side so that they cannot get out of step.
template <typename Row>
struct CsvColumn {
  std::string_view name;
  void (*put)(CsvLine& line, const Row& row);
};

template <typename Row>
void put_names(CsvLine& line, std::span<const CsvColumn<Row>> columns) {
  for (const CsvColumn<Row>& column : columns) line.text(column.name);
}

template <typename Row>
void put_row(CsvLine& line, std::span<const CsvColumn<Row>> columns, const Row& row) {
  for (const CsvColumn<Row>& column : columns) column.put(line, row);
}

/// In nanoseconds; empty where fewer than 10 samples lie beyond the percentile.
void put_percentile(CsvLine& line, const Latencies& latency, double percentile);

using Times = std::map<std::string, Latencies>;
using Figures = std::map<std::string, Measured<double>>;

/// The columns that some scenario of a run has and others have not: its parameters, in front, and
/// its times and figures, behind all others.
class OwnColumns {
 public:
  void add_params(const Json& params);
  void add_measured(const Times& times, const Figures& figures);

  /// "param.NAME" of each parameter.
  void put_param_names(CsvLine& line) const;
  void put_params(CsvLine& line, const Json& params) const;

  /// "NAME_p50_ns" and "NAME_p99_ns" of each time, and the name of each figure.
  void put_measured_names(CsvLine& line) const;
  void put_measured(CsvLine& line, const Times& times, const Figures& figures) const;

 private:
  std::vector<std::string> params_, times_, figures_;
};

}  // namespace ringside
