#include "harness/report/export/exported_row.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"
#include "harness/report/analysis/comparison.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/compare/series.hpp"

namespace ringside {

namespace {

/// What names may hold in every format: no separators, nothing that acts on a terminal or a page,
/// and no '-', which Go's benchmarks would read as GOMAXPROCS where digits follow it.
std::string safe(std::string_view text) {
  std::string result;
  for (const char character : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                       character == '.' || character == '_';
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

/// Why the row goes without the metric; empty when it has it.
std::string why_left_out(const Series& series, const RunMetric& metric, Zeros zeros) {
  const std::vector<double> figures = values_of(figures_of(series, metric));
  if (figures.empty()) return why_none(series, metric);
  if (&metric == &throughput_metric() && is_saturated(series)) {
    return "the load generator was saturated, so it is only a lower bound";
  }
  const bool has_zero = std::ranges::count(figures, 0.0) > 0;
  return has_zero && zeros == Zeros::leave_out ? "0 in some round, which has no logarithm" : "";
}

std::string row_name(const Series& series) {
  return series.backend + " in " + describe_work(series.scenario, series.params);
}

ExportedRow row_of(const Series& series, Zeros zeros) {
  ExportedRow row{
      .scenario = safe(series.scenario), .parts = parts_of(series), .ops = {}, .figures = {}};
  for (const auto& [round, trial] : series.rounds) row.ops[round] = trial->ops;
  for (const ExportedMetric& metric : exported_metrics()) {
    if (!why_left_out(series, *metric.metric, zeros).empty()) continue;
    row.figures.push_back({.metric = &metric, .rounds = figures_of(series, *metric.metric)});
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

MeanOfRounds ExportedFigure::mean() const {
  return mean_of_rounds(values_of(rounds), 1 - alpha);
}

std::string name_of(const ExportedRow& row, char separator) {
  std::string name = row.scenario;
  for (const auto& [part, value] : row.parts) name += "/" + part + separator + value;
  return name;
}

std::vector<ExportedRow> exported_rows(std::span<const Measurement> trials, Zeros zeros) {
  std::vector<ExportedRow> rows;
  for (const Series& series : make_series(trials)) {
    ExportedRow row = row_of(series, zeros);
    if (!row.figures.empty()) rows.push_back(std::move(row));
  }
  make_different(rows);
  return rows;
}

std::vector<std::string> left_out(std::span<const Measurement> trials, Zeros zeros) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> rows_by_reason;
  for (const Series& series : make_series(trials)) {
    if (series.rounds.empty()) {
      rows_by_reason[{"all figures", series.reason}].push_back(row_name(series));
      continue;
    }
    for (const RunMetric& metric : run_metrics()) {
      const std::string reason = why_left_out(series, metric, zeros);
      if (reason.empty()) continue;
      rows_by_reason[{std::string(metric.title), reason}].push_back(row_name(series));
    }
  }
  constexpr std::size_t most_names = 3;
  std::vector<std::string> sentences;
  for (const auto& [what, rows] : rows_by_reason) {
    const std::size_t more = rows.size() - std::min(rows.size(), most_names);
    sentences.push_back(printable(
        fmt::format("left out: {} of {}{}: {}", what.first,
                    fmt::join(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(more), "; "),
                    more > 0 ? fmt::format(" and {} more", more) : "", what.second)));
  }
  return sentences;
}

}  // namespace ringside
