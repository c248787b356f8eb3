#include "harness/export/exported_row.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "harness/compare/run_metric.hpp"
#include "harness/compare/series.hpp"
#include "harness/report/comparison.hpp"
#include "harness/stats/estimate.hpp"

namespace ringside {

namespace {

/// What names may hold in every format: no separators, nothing that acts on a terminal or a page.
std::string safe(std::string_view text) {
  std::string result;
  for (const char character : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                       character == '.' || character == '_' || character == '-';
    result += plain ? character : '_';
  }
  return result.empty() ? "_" : result;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::pair<std::string, std::string>> parts_of(const Series& series) {
  std::vector<std::pair<std::string, std::string>> parts = {{"backend", safe(series.backend)}};
  for (const auto& [name, value] : series.params.items()) {
    if (!value.is_null()) parts.emplace_back(safe(name), safe(text_of(value)));
  }
  return parts;
}

ExportedRow row_of(const Series& series) {
  ExportedRow row{
      .scenario = safe(series.scenario), .parts = parts_of(series), .ops = {}, .figures = {}};
  for (const auto& [round, trial] : series.rounds) row.ops[round] = trial->ops;
  for (const ExportedMetric& metric : exported_metrics()) {
    if (metric.metric == &throughput_metric() && is_saturated(series)) continue;
    ExportedFigure figure{.metric = &metric, .rounds = log_figures(series, *metric.metric)};
    for (auto& [round, value] : figure.rounds) value = std::exp(value);
    if (!figure.rounds.empty()) row.figures.push_back(std::move(figure));
  }
  return row;
}

/// Names that became the same when they were made safe are told apart by a number.
void make_different(std::vector<ExportedRow>& rows) {
  std::map<std::string, int> seen;
  for (ExportedRow& row : rows) {
    const int times = ++seen[name_of(row, ':')];
    if (times > 1) row.parts.emplace_back("number", std::to_string(times));
  }
}

}  // namespace

std::span<const ExportedMetric> exported_metrics() {
  const auto find = [](std::string_view name) {
    return &*std::ranges::find(run_metrics(), name, &RunMetric::name);
  };
  static const std::array<ExportedMetric, 6> metrics = {{
      {find("throughput_ops_per_s"), "throughput", "op/s", "op/s", "throughput"},
      {find("cpu_ns_per_op"), "cpu", "ns/op", "cpu-ns/op", "cpu-ns-per-op"},
      {find("latency_p50_ns"), "latency_p50", "ns", "p50-ns", "latency"},
      {find("latency_p99_ns"), "latency_p99", "ns", "p99-ns", "latency-p99"},
      {find("context_switches_per_op"), "context_switches", "switches/op", "switches/op",
       "context-switches-per-op"},
      {find("syscalls_per_op"), "system_calls", "syscalls/op", "syscalls/op", "syscalls-per-op"},
  }};
  return metrics;
}

std::vector<double> ExportedFigure::values() const {
  std::vector<double> result;
  for (const auto& [round, value] : rounds) result.push_back(value);
  return result;
}

double ExportedFigure::geometric_mean() const {
  std::vector<double> logs = values();
  for (double& value : logs) value = std::log(value);
  return std::exp(mean(logs));
}

std::pair<double, double> ExportedFigure::interval() const {
  std::vector<double> logs = values();
  for (double& value : logs) value = std::log(value);
  if (logs.size() < 2) return {geometric_mean(), geometric_mean()};
  const LogInterval range = interval_of_mean(logs, 1 - alpha);
  return {std::exp(range.low), std::exp(range.high)};
}

std::string name_of(const ExportedRow& row, char separator) {
  std::string name = row.scenario;
  for (const auto& [part, value] : row.parts) name += "/" + part + separator + value;
  return name;
}

std::vector<ExportedRow> exported_rows(std::span<const Measurement> trials) {
  std::vector<ExportedRow> rows;
  for (const Series& series : make_series(trials)) {
    ExportedRow row = row_of(series);
    if (!row.figures.empty()) rows.push_back(std::move(row));
  }
  make_different(rows);
  return rows;
}

}  // namespace ringside
