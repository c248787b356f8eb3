#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/report/analysis/analysis.hpp"
#include "harness/report/render/csv_columns.hpp"
#include "harness/report/render/formats.hpp"

namespace ringside {

namespace {

/// A row with its group, which holds its comparisons.
struct Place {
  const Group& group;
  std::size_t index;
  const Row& row;
};

/// The ratio to the baseline; everything empty for the baseline itself.
const Comparison& compared(const Place& place, Metric metric) {
  static const Comparison none;
  const Comparison* comparison = against_baseline(place.group, place.index, metric);
  return comparison == nullptr ? none : *comparison;
}

std::optional<std::uint64_t> fairness(const Row& row, std::uint64_t Evenness::*member) {
  return row.fairness ? std::optional((*row.fairness).*member) : std::nullopt;
}

std::optional<std::int64_t> longest_ns(const Latencies& latency) {
  const auto longest = latency.max();
  return longest ? std::optional(longest->count()) : std::nullopt;
}

constexpr Metric throughput = Metric::throughput;
constexpr Metric cpu_cost = Metric::cpu_per_op;

constexpr CsvColumn<Place> row_columns[] = {
    {"backend", [](CsvLine& line, const Place& at) { line.text(at.row.backend); }},
    {"control", [](CsvLine& line, const Place& at) { line.flag(at.row.control); }},
    {"baseline", [](CsvLine& line, const Place& at) { line.flag(at.row.baseline); }},
    {"reference", [](CsvLine& line, const Place& at) { line.flag(at.row.reference); }},
    {"backend_version", [](CsvLine& line, const Place& at) { line.text(at.row.backend_version); }},
    {"status", [](CsvLine& line, const Place& at) { line.text(to_string(at.row.status)); }},
    {"rounds", [](CsvLine& line, const Place& at) { line.figure(at.row.rounds); }},
    {"rounds_ok", [](CsvLine& line, const Place& at) { line.figure(at.row.rounds_ok); }},
    {"ranking_metric",
     [](CsvLine& line, const Place& at) { line.text(to_string(at.group.ranking_metric)); }},
    {"rank", [](CsvLine& line, const Place& at) { line.figure(at.row.rank); }},
    {"elapsed_s", [](CsvLine& line, const Place& at) { line.figure(at.row.elapsed_s); }},
    {"ops", [](CsvLine& line, const Place& at) { line.figure(at.row.ops); }},
    {"verified_ops", [](CsvLine& line, const Place& at) { line.figure(at.row.verified_ops); }},
    {"throughput_ops_per_s",
     [](CsvLine& line, const Place& at) { line.figure(at.row.throughput_ops_per_s); }},
    {"throughput_is_lower_bound",
     [](CsvLine& line, const Place& at) { line.flag(at.row.throughput_is_lower_bound); }},
    {"throughput_bytes_per_s",
     [](CsvLine& line, const Place& at) { line.figure(at.row.throughput_bytes_per_s); }},
    {"throughput_ratio",
     [](CsvLine& line, const Place& at) { line.figure(compared(at, throughput).ratio); }},
    {"throughput_ratio_low",
     [](CsvLine& line, const Place& at) { line.figure(compared(at, throughput).low); }},
    {"throughput_ratio_high",
     [](CsvLine& line, const Place& at) { line.figure(compared(at, throughput).high); }},
    {"cpu_ratio",
     [](CsvLine& line, const Place& at) { line.figure(compared(at, cpu_cost).ratio); }},
    {"cpu_ratio_low",
     [](CsvLine& line, const Place& at) { line.figure(compared(at, cpu_cost).low); }},
    {"cpu_ratio_high",
     [](CsvLine& line, const Place& at) { line.figure(compared(at, cpu_cost).high); }},
    {"latency_p50_ns",
     [](CsvLine& line, const Place& at) { put_percentile(line, at.row.latency, 50); }},
    {"latency_p90_ns",
     [](CsvLine& line, const Place& at) { put_percentile(line, at.row.latency, 90); }},
    {"latency_p99_ns",
     [](CsvLine& line, const Place& at) { put_percentile(line, at.row.latency, 99); }},
    {"latency_p99_9_ns",
     [](CsvLine& line, const Place& at) { put_percentile(line, at.row.latency, 99.9); }},
    {"latency_max_ns",
     [](CsvLine& line, const Place& at) { line.figure(longest_ns(at.row.latency)); }},
    {"cpu_ns_per_op",
     [](CsvLine& line, const Place& at) {
       line.figure(part(at.row.cpu, &CpuUse::total_ns_per_op));
     }},
    {"cpu_user_ns_per_op",
     [](CsvLine& line, const Place& at) {
       line.figure(part(at.row.cpu, &CpuUse::user_ns_per_op));
     }},
    {"cpu_system_ns_per_op",
     [](CsvLine& line, const Place& at) {
       line.figure(part(at.row.cpu, &CpuUse::system_ns_per_op));
     }},
    {"cpu_utilisation",
     [](CsvLine& line, const Place& at) { line.figure(part(at.row.cpu, &CpuUse::utilisation)); }},
    {"context_switches_per_op",
     [](CsvLine& line, const Place& at) {
       line.figure(part(at.row.context_switches, &ContextSwitches::per_op));
     }},
    {"syscalls_per_op",
     [](CsvLine& line, const Place& at) {
       line.figure(part(at.row.syscalls, &SystemCalls::per_op));
     }},
    {"max_rss_bytes", [](CsvLine& line, const Place& at) { line.figure(at.row.max_rss_bytes); }},
    {"threads_peak", [](CsvLine& line, const Place& at) { line.figure(at.row.threads_peak); }},
    {"kernel_workers", [](CsvLine& line, const Place& at) { line.figure(at.row.kernel_workers); }},
    {"generator_cpu_utilisation",
     [](CsvLine& line, const Place& at) { line.figure(at.row.generator_cpu_utilisation); }},
    {"least_ops_per_connection",
     [](CsvLine& line, const Place& at) {
       line.figure(fairness(at.row, &Evenness::least_ops_per_connection));
     }},
    {"most_ops_per_connection",
     [](CsvLine& line, const Place& at) {
       line.figure(fairness(at.row, &Evenness::most_ops_per_connection));
     }},
    {"reason", [](CsvLine& line, const Place& at) { line.text(at.row.reason); }},
    {"mend", [](CsvLine& line, const Place& at) { line.text(at.row.mend); }},
    {"caveats",
     [](CsvLine& line, const Place& at) {
       line.text(fmt::format("{}", fmt::join(at.row.caveats, "; ")));
     }},
};

}  // namespace

std::string summary_csv(const Analysis& analysis) {
  OwnColumns own;
  for (const Group& group : analysis.groups) {
    own.add_params(group.params);
    for (const Row& row : group.rows) own.add_measured(row.times, row.figures);
  }
  CsvLine header;
  header.text("scenario");
  own.put_param_names(header);
  put_names<Place>(header, row_columns);
  own.put_measured_names(header);
  std::string out = header.end();
  for (const Group& group : analysis.groups) {
    for (std::size_t i = 0; i < group.rows.size(); ++i) {
      const Row& row = group.rows[i];
      CsvLine line;
      line.text(group.scenario);
      own.put_params(line, group.params);
      put_row<Place>(line, row_columns, {group, i, row});
      own.put_measured(line, row.times, row.figures);
      out += line.end();
    }
  }
  return out;
}

}  // namespace ringside
