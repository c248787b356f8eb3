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

constexpr std::string_view columns[] = {
    "control",
    "baseline",
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

std::vector<std::string> param_names(const Analysis& analysis) {
  std::vector<std::string> names;
  for (const Group& group : analysis.groups) {
    for (const auto& [name, value] : group.params.items()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
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

std::string row_line(const Group& group, std::size_t index,
                     const std::vector<std::string>& params) {
  const Row& row = group.rows[index];
  CsvLine line;
  line.text(group.scenario);
  for (const std::string& name : params) put_param(line, group.params, name);
  line.text(row.backend)
      .flag(row.control)
      .flag(row.baseline)
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
  const auto fairness = [&](std::uint64_t Fairness::*member) {
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
      .figure(fairness(&Fairness::least_ops_per_connection))
      .figure(fairness(&Fairness::most_ops_per_connection))
      .text(row.reason)
      .text(row.mend);
  return line.end();
}

}  // namespace

std::string csv(const Analysis& analysis) {
  const std::vector<std::string> params = param_names(analysis);
  CsvLine header;
  header.text("scenario");
  for (const std::string& name : params) header.text("param." + name);
  header.text("backend");
  for (const std::string_view column : columns) header.text(column);
  std::string out = header.end();
  for (const Group& group : analysis.groups) {
    for (std::size_t i = 0; i < group.rows.size(); ++i) out += row_line(group, i, params);
  }
  return out;
}

}  // namespace ringside
