#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/record/measurement.hpp"
#include "harness/report/render/csv_columns.hpp"
#include "harness/report/render/formats.hpp"

namespace ringside {

namespace {

/// A figure of the measured windows, which only trials that ran have.
template <typename T>
std::optional<T> if_ran(const Measurement& trial, T value) {
  const bool ran = trial.status == Status::ok || trial.status == Status::invalid;
  return ran ? std::optional(value) : std::nullopt;
}

std::optional<double> per_second(const Measurement& trial, double count) {
  if (trial.elapsed_ns == 0) return std::nullopt;
  return if_ran(trial, count * 1e9 / static_cast<double>(trial.elapsed_ns));
}

void put_duration(CsvLine& line, const Measured<std::chrono::nanoseconds>& duration) {
  line.figure(duration ? std::optional(duration->count()) : std::nullopt);
}

/// Of the operations of a trial, where there were any.
void put_if_any(CsvLine& line, const Latencies& latency, std::chrono::nanoseconds duration) {
  line.figure(latency.count() == 0 ? std::nullopt : std::optional(duration.count()));
}

void put_saturated(CsvLine& line, const Measurement& trial) {
  const auto saturated = part(trial.generator, &GeneratorUse::saturated);
  if (saturated)
    line.flag(*saturated);
  else
    line.text("");
}

using Trial = Measurement;

constexpr CsvColumn<Measurement> trial_columns[] = {
    {"round", [](CsvLine& line, const Trial& trial) { line.figure(trial.round); }},
    {"backend", [](CsvLine& line, const Trial& trial) { line.text(trial.backend); }},
    {"control", [](CsvLine& line, const Trial& trial) { line.flag(trial.control); }},
    {"baseline", [](CsvLine& line, const Trial& trial) { line.flag(trial.baseline); }},
    {"reference", [](CsvLine& line, const Trial& trial) { line.flag(trial.reference); }},
    {"backend_version",
     [](CsvLine& line, const Trial& trial) { line.text(trial.backend_version); }},
    {"status", [](CsvLine& line, const Trial& trial) { line.text(to_string(trial.status)); }},
    {"wrong_data", [](CsvLine& line, const Trial& trial) { line.flag(trial.wrong_data); }},
    {"elapsed_s",
     [](CsvLine& line, const Trial& trial) {
       line.figure(if_ran(trial, static_cast<double>(trial.elapsed_ns) / 1e9));
     }},
    {"ops", [](CsvLine& line, const Trial& trial) { line.figure(if_ran(trial, trial.ops)); }},
    {"verified_ops",
     [](CsvLine& line, const Trial& trial) { line.figure(if_ran(trial, trial.verified_ops)); }},
    {"bytes", [](CsvLine& line, const Trial& trial) { line.figure(if_ran(trial, trial.bytes)); }},
    {"throughput_ops_per_s",
     [](CsvLine& line, const Trial& trial) { line.figure(per_second(trial, trial.work())); }},
    {"throughput_bytes_per_s",
     [](CsvLine& line, const Trial& trial) {
       line.figure(per_second(trial, static_cast<double>(trial.bytes)));
     }},
    {"latency_min_ns",
     [](CsvLine& line, const Trial& trial) {
       put_if_any(line, trial.latency, trial.latency.min());
     }},
    {"latency_mean_ns",
     [](CsvLine& line, const Trial& trial) {
       put_if_any(line, trial.latency, trial.latency.mean());
     }},
    {"latency_p50_ns",
     [](CsvLine& line, const Trial& trial) { put_percentile(line, trial.latency, 50); }},
    {"latency_p90_ns",
     [](CsvLine& line, const Trial& trial) { put_percentile(line, trial.latency, 90); }},
    {"latency_p99_ns",
     [](CsvLine& line, const Trial& trial) { put_percentile(line, trial.latency, 99); }},
    {"latency_p99_9_ns",
     [](CsvLine& line, const Trial& trial) { put_percentile(line, trial.latency, 99.9); }},
    {"latency_max_ns",
     [](CsvLine& line, const Trial& trial) { put_duration(line, trial.latency.max()); }},
    {"cpu_ns_per_op",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.cpu, &CpuUse::total_ns_per_op));
     }},
    {"cpu_user_ns_per_op",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.cpu, &CpuUse::user_ns_per_op));
     }},
    {"cpu_system_ns_per_op",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.cpu, &CpuUse::system_ns_per_op));
     }},
    {"cpu_utilisation",
     [](CsvLine& line, const Trial& trial) { line.figure(part(trial.cpu, &CpuUse::utilisation)); }},
    {"voluntary_context_switches",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.context_switches, &ContextSwitches::voluntary));
     }},
    {"involuntary_context_switches",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.context_switches, &ContextSwitches::involuntary));
     }},
    {"context_switches_per_op",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.context_switches, &ContextSwitches::per_op));
     }},
    {"syscalls_per_op",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.syscalls, &SystemCalls::per_op));
     }},
    {"max_rss_bytes", [](CsvLine& line, const Trial& trial) { line.figure(trial.max_rss_bytes); }},
    {"threads_peak", [](CsvLine& line, const Trial& trial) { line.figure(trial.threads_peak); }},
    {"kernel_workers",
     [](CsvLine& line, const Trial& trial) { line.figure(trial.kernel_workers); }},
    {"generator_cpu_utilisation",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.generator, &GeneratorUse::cpu_utilisation));
     }},
    {"generator_cpu_ns_per_op",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.generator, &GeneratorUse::cpu_ns_per_op));
     }},
    {"generator_saturated", put_saturated},
    {"least_ops_per_connection",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.generator, &GeneratorUse::least_ops_per_connection));
     }},
    {"most_ops_per_connection",
     [](CsvLine& line, const Trial& trial) {
       line.figure(part(trial.generator, &GeneratorUse::most_ops_per_connection));
     }},
    {"generator_io",
     [](CsvLine& line, const Trial& trial) {
       line.text(part(trial.generator, &GeneratorUse::io).value_or(""));
     }},
    {"steal_s", [](CsvLine& line, const Trial& trial) { line.figure(trial.noise.steal_s); }},
    {"throttled", [](CsvLine& line, const Trial& trial) { line.figure(trial.noise.throttled); }},
    {"cacheline_ns",
     [](CsvLine& line, const Trial& trial) { line.figure(trial.noise.cacheline_ns); }},
    {"other_cpu_share",
     [](CsvLine& line, const Trial& trial) { line.figure(trial.noise.other_cpu_share); }},
    {"reason", [](CsvLine& line, const Trial& trial) { line.text(trial.reason); }},
    {"mend", [](CsvLine& line, const Trial& trial) { line.text(trial.mend); }},
    {"caveats",
     [](CsvLine& line, const Trial& trial) {
       line.text(fmt::format("{}", fmt::join(trial.caveats, "; ")));
     }},
};

}  // namespace

std::string trials_csv(std::span<const Measurement> trials) {
  OwnColumns own;
  for (const Measurement& trial : trials) {
    own.add_params(trial.params);
    own.add_measured(trial.times, trial.figures);
  }
  CsvLine header;
  header.text("scenario");
  own.put_param_names(header);
  put_names<Measurement>(header, trial_columns);
  own.put_measured_names(header);
  std::string out = header.end();
  for (const Measurement& trial : trials) {
    CsvLine line;
    line.text(trial.scenario);
    own.put_params(line, trial.params);
    put_row<Measurement>(line, trial_columns, trial);
    own.put_measured(line, trial.times, trial.figures);
    out += line.end();
  }
  return out;
}

}  // namespace ringside
