#include "harness/compare/run_metric.hpp"

#include <cmath>
#include <limits>

#include "harness/report/comparison.hpp"

namespace ringside {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The figure that a run's own report compares its backends by.
template <Metric metric>
double reported(const Measurement& trial) {
  return log_figure(trial, metric);
}

constexpr std::string_view few_samples = "fewer than 10 samples of a round lie beyond it";

const RunMetric metrics[] = {
    {.name = "throughput_ops_per_s",
     .title = "throughput",
     .higher_is_better = true,
     .units = count_units,
     .per_op = false,
     .log_figure = reported<Metric::throughput>,
     .why_none = "no operations"},
    {.name = "cpu_ns_per_op",
     .title = "CPU",
     .units = time_units,
     .log_figure = reported<Metric::cpu_per_op>,
     .why_none = "CPU per operation was not measured"},
    {.name = "latency_p50_ns",
     .title = "p50",
     .units = time_units,
     .per_op = false,
     .log_figure = reported<Metric::latency_p50>,
     .why_none = few_samples},
    {.name = "latency_p99_ns",
     .title = "p99",
     .units = time_units,
     .per_op = false,
     .log_figure = reported<Metric::latency_p99>,
     .why_none = few_samples},
    {.name = "context_switches_per_op",
     .title = "context switches",
     .units = count_units,
     .log_figure =
         [](const Measurement& trial) {
           return trial.context_switches ? std::log(trial.context_switches->per_op) : none;
         },
     .why_none = "not measured, or none happened"},
    {.name = "syscalls_per_op",
     .title = "system calls",
     .units = count_units,
     .log_figure =
         [](const Measurement& trial) {
           return trial.syscalls ? std::log(trial.syscalls->per_op) : none;
         },
     .why_none = "not measured, or none happened"},
};

}  // namespace

std::span<const RunMetric> run_metrics() {
  return metrics;
}

const RunMetric& throughput_metric() {
  return metrics[0];
}

}  // namespace ringside
