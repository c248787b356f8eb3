// What the CSV files of a run have in common: columns that stand for all rows, and those that
// depend on the scenarios of the run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/measured.hpp"
#include "harness/report/csv_line.hpp"

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

/// In nanoseconds; empty where fewer than 10 samples lie beyond the percentile. `latency` is a
/// Histogram or a StoredHistogram.
template <typename Latency>
void put_percentile(CsvLine& line, const Latency& latency, double percentile) {
  const auto value = latency.supported_percentile(percentile);
  line.figure(value ? std::optional<std::int64_t>(value->count()) : std::nullopt);
}

using Figures = std::map<std::string, Measured<double>>;

/// The columns that some scenario of a run has and others have not: its parameters, in front, and
/// its times and figures, behind all others.
class OwnColumns {
 public:
  void add_params(const Json& params);
  template <typename Latency>
  void add_measured(const std::map<std::string, Latency>& times, const Figures& figures) {
    for (const auto& [name, latency] : times) add_once(times_, name);
    for (const auto& [name, figure] : figures) add_once(figures_, name);
  }

  /// "param.NAME" of each parameter.
  void put_param_names(CsvLine& line) const;
  void put_params(CsvLine& line, const Json& params) const;

  /// "NAME_p50_ns" and "NAME_p99_ns" of each time, and the name of each figure.
  void put_measured_names(CsvLine& line) const;
  template <typename Latency>
  void put_measured(CsvLine& line, const std::map<std::string, Latency>& times,
                    const Figures& figures) const {
    for (const std::string& name : times_) {
      const auto found = times.find(name);
      const Latency& latency = found == times.end() ? Latency() : found->second;
      put_percentile(line, latency, 50);
      put_percentile(line, latency, 99);
    }
    put_figures(line, figures);
  }

 private:
  static void add_once(std::vector<std::string>& names, const std::string& name);
  void put_figures(CsvLine& line, const Figures& figures) const;

  std::vector<std::string> params_, times_, figures_;
};

}  // namespace ringside
