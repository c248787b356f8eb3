// Google Benchmark's JSON, whose readers compare real_time and cpu_time of entries with one name:
// so each metric is an entry of its own, with its figure in both.
#include <fmt/format.h>

#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/series.hpp"
#include "harness/report/export/export_format.hpp"
#include "harness/report/export/exported_row.hpp"
#include "harness/report/render/json_values.hpp"
#include "harness/report/stats/paired.hpp"

namespace ringside {

namespace {

Json context(const Json& run) {
  Json context = {{"executable", "ringside"},
                  {"caches", Json::array()},
                  {"load_avg", Json::array()},
                  {"library_build_type", "release"},
                  {"json_schema_version", 1}};
  constexpr std::pair<const char*, const char*> facts[] = {
      {"date", "/started_at"},
      {"host_name", "/machine/hostname"},
      {"num_cpus", "/machine/cpu/topology/cores"}};
  for (const auto& [name, pointer] : facts) {
    const Json::json_pointer path(pointer);
    if (run.contains(path) && !run.at(path).is_null()) context[name] = run.at(path);
  }
  return context;
}

/// Throughput is told as the time that an operation took, since what grows must be worse here.
double as_time(const ExportedFigure& figure, double value) {
  return figure.metric->metric == &throughput_metric() ? 1e9 / value : value;
}

std::string label(const ExportedFigure& figure) {
  if (figure.metric->metric == &throughput_metric()) return "ns of elapsed time per operation";
  return fmt::format("{}, in {}", figure.metric->metric->title, figure.metric->unit);
}

Json entry(const std::string& name, const ExportedFigure& figure, double value,
           std::uint64_t iterations) {
  const double time = as_time(figure, value);
  return {{"name", name},
          {"run_name", name},
          {"run_type", "iteration"},
          {"threads", 1},
          {"iterations", iterations},
          {"real_time", number(time)},
          {"cpu_time", number(time)},
          {"time_unit", "ns"},
          {"label", label(figure)}};
}

/// Calls `add` with the name of every figure of every row, and counts them.
template <typename Add>
void for_each_figure(const ComparedRun& run, Add add) {
  int family = 0;
  for (const ExportedRow& row : exported_rows(run.trials, Zeros::leave_out)) {
    for (const ExportedFigure& figure : row.figures) {
      add(fmt::format("{}/{}", name_of(row, ':'), figure.metric->suffix), row, figure, family++);
    }
  }
}

std::string text(const ComparedRun& run, Json benchmarks) {
  const Json file = {{"context", context(run.run)}, {"benchmarks", std::move(benchmarks)}};
  return file.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string google_benchmark(const ComparedRun& run) {
  Json benchmarks = Json::array();
  for_each_figure(run, [&](const std::string& name, const ExportedRow& row,
                           const ExportedFigure& figure, int family) {
    int repetition = 0;
    for (const auto& [round, value] : figure.rounds) {
      Json one = entry(name, figure, value, row.ops.at(round));
      one["family_index"] = family;
      one["per_family_instance_index"] = 0;
      one["repetitions"] = figure.rounds.size();
      one["repetition_index"] = repetition++;
      benchmarks.push_back(std::move(one));
    }
  });
  return text(run, std::move(benchmarks));
}

std::string google_benchmark_medians(const ComparedRun& run) {
  Json benchmarks = Json::array();
  for_each_figure(run, [&](const std::string& name, const ExportedRow& row,
                           const ExportedFigure& figure, int family) {
    std::uint64_t ops = 0;
    for (const auto& [round, value] : figure.rounds) ops += row.ops.at(round);
    Json one = entry(name, figure, median(values_of(figure.rounds)), ops);
    one["family_index"] = family;
    one["per_family_instance_index"] = 0;
    one["repetitions"] = 1;
    one["repetition_index"] = 0;
    benchmarks.push_back(std::move(one));
  });
  return text(run, std::move(benchmarks));
}

}  // namespace ringside
