#include "harness/report/analysis/run_metric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "harness/record/measurement.hpp"

namespace ringside {

namespace {

/// log(numerator / denominator): infinite when one of them is 0, NaN when both are.
double log_of_quotient(double numerator, double denominator) {
  return std::log(numerator) - std::log(denominator);
}

template <int percent>
std::optional<double> percentile(const Measurement& trial) {
  const auto value = trial.latency.supported_percentile(percent);
  return value ? std::optional(static_cast<double>(value->count())) : std::nullopt;
}

template <typename Count>
std::optional<double> per_op(const Measured<Count>& count) {
  return count ? std::optional(count->per_op) : std::nullopt;
}

double as_clocks_go(const Measurement& /*trial*/, double /*figure*/) {
  return 0;
}

/// Buckets are at most 1/1024 of their value wide, and at least a nanosecond.
double one_bucket(const Measurement& /*trial*/, double figure) {
  constexpr double widest = 1.0 / 1024;
  return figure > 0 ? std::max(1 / figure, widest) : 0;
}

/// Of a whole number of events: one more or less is the least that can be told.
double one_event(const Measurement& trial, double per_op) {
  return 1 / (per_op * static_cast<double>(trial.ops));
}

constexpr std::string_view few_samples = "fewer than 10 samples of a round lie beyond it";
constexpr std::string_view few_samples_in_both =
    "fewer than 10 samples of a round lie beyond the percentile";

const RunMetric metrics[] = {
    {.name = "throughput_ops_per_s",
     .title = "throughput",
     .noun = "throughput",
     .higher_is_better = true,
     .units = count_units,
     .per_op = false,
     .figure = [](const Measurement& trial) -> std::optional<double> {
       if (trial.elapsed_ns <= 0) return std::nullopt;
       return trial.throughput_ops_per_s();
     },
     .log_of_slice =
         [](const Measurement& trial, std::size_t cycle) {
           return log_of_quotient(trial.slices.work(cycle),
                                  static_cast<double>(trial.slices.elapsed_ns[cycle]));
         },
     .log_step = as_clocks_go,
     .why_none = "no measured time",
     .why_none_in_both = "no operations in most slices"},
    {.name = "cpu_ns_per_op",
     .title = "CPU",
     .noun = "CPU",
     .units = time_units,
     .figure = [](const Measurement& trial) -> std::optional<double> {
       if (!trial.cpu) return std::nullopt;
       return trial.cpu->total_ns_per_op;
     },
     .log_of_slice =
         [](const Measurement& trial, std::size_t cycle) {
           if (!trial.cpu) return std::numeric_limits<double>::quiet_NaN();
           return log_of_quotient(static_cast<double>(trial.slices.cpu_ns[cycle]),
                                  trial.slices.work(cycle));
         },
     .log_step = as_clocks_go,
     .why_none = "CPU per operation was not measured",
     .why_none_in_both = "CPU per operation was not measured in both"},
    {.name = "latency_p50_ns",
     .title = "p50",
     .noun = "median latency",
     .units = time_units,
     .per_op = false,
     .figure = percentile<50>,
     .log_step = one_bucket,
     .why_none = few_samples,
     .why_none_in_both = few_samples_in_both},
    {.name = "latency_p99_ns",
     .title = "p99",
     .noun = "latency at p99",
     .units = time_units,
     .per_op = false,
     .figure = percentile<99>,
     .log_step = one_bucket,
     .why_none = few_samples,
     .why_none_in_both = few_samples_in_both},
    {.name = "context_switches_per_op",
     .title = "context switches",
     .noun = "context switches",
     .units = count_units,
     .figure = [](const Measurement& trial) { return per_op(trial.context_switches); },
     .log_step = one_event,
     .why_none = "context switches were not counted"},
    {.name = "syscalls_per_op",
     .title = "system calls",
     .noun = "system calls",
     .units = count_units,
     .figure = [](const Measurement& trial) { return per_op(trial.syscalls); },
     .log_step = one_event,
     .why_none = "system calls were not counted"},
};

}  // namespace

std::span<const RunMetric> run_metrics() {
  return metrics;
}

const RunMetric& row_of(Metric metric) noexcept {
  return metrics[static_cast<std::size_t>(metric)];
}

const RunMetric& throughput_metric() {
  return row_of(Metric::throughput);
}

std::string_view to_string(Metric metric) noexcept {
  return row_of(metric).name;
}

bool higher_is_better(Metric metric) noexcept {
  return row_of(metric).higher_is_better;
}

std::string noun_of(Metric metric, const WorkWords& words) {
  const RunMetric& row = row_of(metric);
  return row.per_op ? fmt::format("{} per {}", row.noun, words.operation) : std::string(row.noun);
}

}  // namespace ringside
