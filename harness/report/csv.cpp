#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "harness/report/analysis.hpp"
#include "harness/report/formats.hpp"
#include "harness/report/text.hpp"

namespace ringside {

namespace {

/// One line; fields are quoted where RFC 4180 demands it, and empty where there is no figure. Text
/// is made printable: CSV is also shown on terminals.
class CsvLine {
 public:
  CsvLine& text(std::string_view any_value) {
    const std::string value = printable(any_value);
    if (started_) line_ += ',';
    started_ = true;
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
      line_ += value;
      return *this;
    }
    line_ += '"';
    for (const char character : value) {
      if (character == '"') line_ += '"';
      line_ += character;
    }
    line_ += '"';
    return *this;
  }
  CsvLine& flag(bool value) { return text(value ? "true" : "false"); }
  template <typename T>
  CsvLine& figure(const std::optional<T>& value) {
    if (!value) return text("");
    if constexpr (std::is_floating_point_v<T>)
      return text(fmt::format("{:.9g}", *value));
    else
      return text(fmt::format("{}", *value));
  }
  std::string end() const { return line_ + "\n"; }

 private:
  std::string line_;
  bool started_ = false;
};

constexpr std::string_view fixed_columns[] = {
    "control",
    "baseline",
    "reference",
    "backend_version",
    "status",
    "rounds",
    "rounds_ok",
    "ranking_metric",
    "rank",
    "throughput_ops_per_s",
    "throughput_is_lower_bound",
    "throughput_bytes_per_s",
    "throughput_ratio",
    "throughput_ratio_low",
    "throughput_ratio_high",
    "cpu_ratio",
    "cpu_ratio_low",
    "cpu_ratio_high",
    "latency_p50_ns",
    "latency_p90_ns",
    "latency_p99_ns",
    "latency_p99_9_ns",
    "latency_max_ns",
    "cpu_ns_per_op",
    "cpu_user_ns_per_op",
    "cpu_system_ns_per_op",
    "context_switches_per_op",
    "syscalls_per_op",
    "max_rss_bytes",
    "threads_peak",
    "kernel_workers",
    "generator_cpu_utilisation",
    "least_ops_per_connection",
    "most_ops_per_connection",
    "reason",
    "mend",
};

/// The columns that depend on the scenarios of the run.
struct OwnColumns {
  std::vector<std::string> params, times, figures;
};

OwnColumns own_columns(const Analysis& analysis) {
  OwnColumns columns;
  const auto add = [](std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Group& group : analysis.groups) {
    for (const auto& [name, value] : group.params.items()) add(columns.params, name);
    for (const Row& row : group.rows) {
      for (const auto& [name, histogram] : row.times) add(columns.times, name);
      for (const auto& [name, figure] : row.figures) add(columns.figures, name);
    }
  }
  return columns;
}

std::optional<std::int64_t> percentile_ns(const Row& row, const std::string& time,
                                          double percentile) {
  const auto found = row.times.find(time);
  if (found == row.times.end()) return std::nullopt;
  const auto value = found->second.supported_percentile(percentile);
  return value ? std::optional<std::int64_t>(value->count()) : std::nullopt;
}

void put_own(CsvLine& line, const Row& row, const OwnColumns& own) {
  for (const std::string& name : own.times) {
    line.figure(percentile_ns(row, name, 50)).figure(percentile_ns(row, name, 99));
  }
  for (const std::string& name : own.figures) {
    const auto found = row.figures.find(name);
    line.figure(found == row.figures.end() ? std::nullopt : found->second.value);
  }
}

void put_param(CsvLine& line, const Json& params, const std::string& name) {
  const Json value = params.value(name, Json());
  if (value.is_string())
    line.text(value.get<std::string>());
  else
    line.text(value.is_null() ? "" : value.dump());
}

void put_ratio(CsvLine& line, const Group& group, std::size_t row, Metric metric) {
  const Comparison* comparison = against_baseline(group, row, metric);
  const Comparison none;
  const Comparison& shown = comparison == nullptr ? none : *comparison;
  line.figure(shown.ratio).figure(shown.low).figure(shown.high);
}

void put_latency(CsvLine& line, const Histogram& latency) {
  for (const double percentile : {50.0, 90.0, 99.0, 99.9}) {
    const auto value = latency.supported_percentile(percentile);
    line.figure(value ? std::optional(value->count()) : std::nullopt);
  }
  line.figure(latency.count() == 0 ? std::nullopt : std::optional(latency.max().count()));
}

template <typename T>
std::optional<double> part(const Measured<T>& figure, double T::*member) {
  return figure ? std::optional((*figure).*member) : std::nullopt;
}

std::string row_line(const Group& group, std::size_t index, const OwnColumns& own) {
  const Row& row = group.rows[index];
  CsvLine line;
  line.text(group.scenario);
  for (const std::string& name : own.params) put_param(line, group.params, name);
  line.text(row.backend)
      .flag(row.control)
      .flag(row.baseline)
      .flag(row.reference)
      .text(row.backend_version)
      .text(to_string(row.status))
      .figure(std::optional(row.rounds))
      .figure(std::optional(row.rounds_ok))
      .text(to_string(group.ranking_metric))
      .figure(row.rank)
      .figure(row.throughput_ops_per_s.value)
      .flag(row.throughput_is_lower_bound)
      .figure(row.throughput_bytes_per_s.value);
  put_ratio(line, group, index, Metric::throughput);
  put_ratio(line, group, index, Metric::cpu_per_op);
  put_latency(line, row.latency);
  const auto fairness = [&](std::uint64_t Evenness::*member) {
    return row.fairness ? std::optional((*row.fairness).*member) : std::nullopt;
  };
  line.figure(part(row.cpu, &CpuUse::total_ns_per_op))
      .figure(part(row.cpu, &CpuUse::user_ns_per_op))
      .figure(part(row.cpu, &CpuUse::system_ns_per_op))
      .figure(part(row.context_switches, &ContextSwitches::per_op))
      .figure(part(row.syscalls, &SystemCalls::per_op))
      .figure(row.max_rss_bytes.value)
      .figure(row.threads_peak.value)
      .figure(row.kernel_workers.value)
      .figure(row.generator_cpu_utilisation.value)
      .figure(fairness(&Evenness::least_ops_per_connection))
      .figure(fairness(&Evenness::most_ops_per_connection))
      .text(row.reason)
      .text(row.mend);
  put_own(line, row, own);
  return line.end();
}

}  // namespace

std::string csv(const Analysis& analysis) {
  const OwnColumns own = own_columns(analysis);
  CsvLine header;
  header.text("scenario");
  for (const std::string& name : own.params) header.text("param." + name);
  header.text("backend");
  for (const std::string_view column : fixed_columns) header.text(column);
  for (const std::string& name : own.times) header.text(name + "_p50_ns").text(name + "_p99_ns");
  for (const std::string& name : own.figures) header.text(name);
  std::string out = header.end();
  for (const Group& group : analysis.groups) {
    for (std::size_t i = 0; i < group.rows.size(); ++i) out += row_line(group, i, own);
  }
  return out;
}

}  // namespace ringside
