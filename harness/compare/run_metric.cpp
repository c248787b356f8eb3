#include "harness/compare/run_metric.hpp"

#include "harness/report/comparison.hpp"
#include "harness/results/measurement.hpp"

namespace ringside {

namespace {

/// The figure that a run's own report compares its backends by.
template <Metric metric>
std::optional<double> reported(const Measurement& trial) {
  return figure_of(trial, metric);
}

template <Metric metric>
double reported_step(const Measurement& /*trial*/, double figure) {
  return log_step(metric, figure);
}

template <typename Count>
std::optional<double> per_op(const Measured<Count>& count) {
  return count ? std::optional(count->per_op) : std::nullopt;
}

/// Of a whole number of events: one more or less is the least that can be told.
double one_event(const Measurement& trial, double per_op) {
  return 1 / (per_op * static_cast<double>(trial.ops));
}

constexpr std::string_view few_samples = "fewer than 10 samples of a round lie beyond it";

const RunMetric metrics[] = {
    {.name = "throughput_ops_per_s",
     .title = "throughput",
     .higher_is_better = true,
     .units = count_units,
     .per_op = false,
     .figure = reported<Metric::throughput>,
     .log_step = reported_step<Metric::throughput>,
     .why_none = "no measured time"},
    {.name = "cpu_ns_per_op",
     .title = "CPU",
     .units = time_units,
     .figure = reported<Metric::cpu_per_op>,
     .log_step = reported_step<Metric::cpu_per_op>,
     .why_none = "CPU per operation was not measured"},
    {.name = "latency_p50_ns",
     .title = "p50",
     .units = time_units,
     .per_op = false,
     .figure = reported<Metric::latency_p50>,
     .log_step = reported_step<Metric::latency_p50>,
     .why_none = few_samples},
    {.name = "latency_p99_ns",
     .title = "p99",
     .units = time_units,
     .per_op = false,
     .figure = reported<Metric::latency_p99>,
     .log_step = reported_step<Metric::latency_p99>,
     .why_none = few_samples},
    {.name = "context_switches_per_op",
     .title = "context switches",
     .units = count_units,
     .figure = [](const Measurement& trial) { return per_op(trial.context_switches); },
     .log_step = one_event,
     .why_none = "context switches were not counted"},
    {.name = "syscalls_per_op",
     .title = "system calls",
     .units = count_units,
     .figure = [](const Measurement& trial) { return per_op(trial.syscalls); },
     .log_step = one_event,
     .why_none = "system calls were not counted"},
};

}  // namespace

std::span<const RunMetric> run_metrics() {
  return metrics;
}

const RunMetric& throughput_metric() {
  return metrics[0];
}

}  // namespace ringside
