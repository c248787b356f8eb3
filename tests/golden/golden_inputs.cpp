// Makes the committed inputs of the golden tests: the trials.jsonl and run.json of small made-up
// runs that look like real ones. Run by `scripts/update-golden --inputs`; the only argument is the
// folder to write into. The case version_0_1 is not among them: it was written by that version, and
// must stay readable.
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/record/run_folder.hpp"

namespace ringside {
namespace {

using Random = std::mt19937_64;

/// A backend that does not exist, with the figures it would have.
struct Model {
  std::string name;
  double ops_per_s = 0;
  double cpu_ns = 0;  ///< per operation
  double latency_sigma = 0.25;
  double syscalls = 2;
  double switches = 0.02;
  bool control = false;
  bool baseline = false;
};

constexpr int cycles = 6;
constexpr std::int64_t slice_ns = 20'000'000;
constexpr std::uint64_t payload_bytes = 128;

double noisy(Random& random, double value, double sd) {
  return value * std::exp(std::normal_distribution<double>(0, sd)(random));
}

void add_slices(Random& random, const Model& model, Measurement& trial) {
  const double rate = noisy(random, model.ops_per_s, 0.0045);
  const double cpu_ns = noisy(random, model.cpu_ns, 0.0045);
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const std::int64_t elapsed = slice_ns + static_cast<std::int64_t>(random() % 40'000);
    const double ops = noisy(random, rate, 0.02) * static_cast<double>(elapsed) / 1e9;
    const double cpu = ops * noisy(random, cpu_ns, 0.01);
    trial.slices.order.push_back(static_cast<std::uint32_t>(random() % 5));
    trial.slices.ops.push_back(static_cast<std::uint64_t>(ops));
    trial.slices.elapsed_ns.push_back(elapsed);
    trial.slices.cpu_ns.push_back(static_cast<std::int64_t>(cpu));
    trial.ops += trial.slices.ops.back();
    trial.elapsed_ns += elapsed;
  }
}

/// So many times around what Little's law makes of the rate; returns their sum.
std::int64_t record_times(Random& random, const Model& model, const Json& params,
                          std::uint64_t count, Histogram& recorded) {
  const double sigma = model.latency_sigma;
  const double middle = 1e9 * params["connections"].get<double>() / model.ops_per_s;
  std::lognormal_distribution<double> latency(std::log(middle) - sigma * sigma / 2, sigma);
  std::int64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto time = static_cast<std::int64_t>(latency(random));
    recorded.record(std::chrono::nanoseconds(time));
    sum += time;
  }
  return sum;
}

/// What a closed loop says of itself, so that the laws can be checked.
void add_loop(Random& random, const Model& model, const Json& params, Measurement& trial) {
  Slices& slices = trial.slices;
  Histogram all;
  for (std::size_t cycle = 0; cycle < cycles; ++cycle) {
    const auto work = static_cast<double>(slices.ops[cycle]);
    slices.work_ops.push_back(work);
    slices.first_half_ops.push_back(work / 2);
    slices.first_half_ns.push_back(slices.elapsed_ns[cycle] / 2);
    slices.response_ns.push_back(record_times(random, model, params, slices.ops[cycle], all));
    slices.idle_ns.push_back(0);
    slices.started.push_back(slices.ops[cycle]);
  }
  trial.work_ops = static_cast<double>(trial.ops);
  trial.windows = WindowLengths{.warmup_ns = 3'000'000,
                                .measured_ns = slice_ns,
                                .rotation_ns = 400'000,
                                .settling_ns = 1'300'000};
  trial.cpus = CpusGiven{.backend = 1, .load = 1, .together = 2};
  trial.in_system = InSystem{.operations = params["connections"], .exact = true};
  trial.conservation = Conservation{
      .started = trial.ops, .completed_in_window = trial.ops - 1, .completed_after = 1};
  Histogram audited;
  const auto in_window = static_cast<std::uint64_t>(model.ops_per_s / 4);
  record_times(random, model, params, in_window, audited);
  trial.audit = Audit{.windows = 1,
                      .after_slices = cycles / 2,
                      .beside_p50_ns = all.at_percentile(50).count(),
                      .beside_p90_ns = all.at_percentile(90).count(),
                      .elapsed_ns = 250'000'000,
                      .work_ops = noisy(random, static_cast<double>(in_window), 0.01),
                      .cpu_ns_per_op = noisy(random, model.cpu_ns, 0.01),
                      .latency = audited};
  trial.latency = all;
}

Measurement measure(Random& random, const Model& model, const Json& params, int round) {
  Measurement trial;
  trial.round = round;
  trial.scenario = "echo";
  trial.backend = model.name;
  trial.control = model.control;
  trial.baseline = model.baseline;
  trial.backend_version = "Linux 6.18.5";
  trial.params = params;
  add_slices(random, model, trial);
  add_loop(random, model, params, trial);
  trial.verified_ops = trial.ops;
  trial.bytes = trial.ops * payload_bytes;
  const auto ops = static_cast<double>(trial.ops);
  trial.context_switches = ContextSwitches{static_cast<std::uint64_t>(ops * model.switches), 3,
                                           model.switches, "getrusage"};
  trial.cpu = CpuUse{model.cpu_ns * 0.2, model.cpu_ns * 0.8, model.cpu_ns,
                     model.cpu_ns * model.ops_per_s / 1e9};
  trial.syscalls = SystemCalls{model.syscalls, "raw_syscalls:sys_enter"};
  trial.max_rss_bytes = std::uint64_t{3'500'000} + random() % 100'000;
  trial.threads_peak = std::uint64_t{2};
  trial.kernel_workers = std::uint64_t{0};
  trial.generator = GeneratorUse{0.78,
                                 4100,
                                 false,
                                 trial.ops / 64 - 3,
                                 trial.ops / 64 + 4,
                                 "epoll",
                                 "the load uses epoll unless --load-io says otherwise"};
  trial.noise = {0.0002, std::uint64_t{0}, 58 + static_cast<double>(random() % 8), 0.01};
  trial.effective = {{"arming", "edge-triggered"}};
  return trial;
}

Json echo_params(int connections) {
  return {{"connections", connections},
          {"payload_bytes", payload_bytes},
          {"threads", 1},
          {"pipeline", 1},
          {"arrival", "closed"},
          {"rate_per_s", nullptr}};
}

std::vector<Model> usual_models() {
  return {{.name = "epoll", .ops_per_s = 152e3, .cpu_ns = 5300, .baseline = true},
          {.name = "blocking_threads",
           .ops_per_s = 98e3,
           .cpu_ns = 8100,
           .latency_sigma = 0.9,
           .switches = 1.01},
          {.name = "callback", .ops_per_s = 151.6e3, .cpu_ns = 5330, .syscalls = 3.03},
          {.name = "io_uring", .ops_per_s = 166e3, .cpu_ns = 4980, .syscalls = 0.04},
          {.name = "epoll", .ops_per_s = 152e3, .cpu_ns = 5300, .control = true}};
}

std::vector<Measurement> run(Random& random, const std::vector<Model>& models, const Json& params,
                             int rounds) {
  std::vector<Measurement> trials;
  for (int round = 1; round <= rounds; ++round) {
    for (const Model& model : models) trials.push_back(measure(random, model, params, round));
  }
  return trials;
}

Measurement without_figures(const Measurement& trial, Status status, std::string reason,
                            std::string mend) {
  Measurement result;
  result.round = trial.round;
  result.scenario = trial.scenario;
  result.backend = trial.backend;
  result.control = trial.control;
  result.baseline = trial.baseline;
  result.backend_version = trial.backend_version;
  result.params = trial.params;
  result.status = status;
  result.reason = std::move(reason);
  result.mend = std::move(mend);
  return result;
}

std::vector<Measurement> normal_run() {
  Random random(1);
  return run(random, usual_models(), echo_params(64), 5);
}

std::vector<Measurement> saturated_run() {
  Random random(2);
  std::vector<Measurement> trials = run(random, usual_models(), echo_params(1), 4);
  for (Measurement& trial : trials) {
    if (trial.backend != "io_uring") continue;
    trial.generator.value->cpu_utilisation = 0.995;
    trial.generator.value->saturated = true;
    trial.caveats = {"the load generator used all of its CPU"};
  }
  return trials;
}

/// So many rounds that all pairs share the four that an interval takes, in spite of those that went
/// wrong; version_0_1 is the same with three.
std::vector<Measurement> trouble_run() {
  Random random(3);
  std::vector<Measurement> trials = run(random, usual_models(), echo_params(64), 6);
  for (Measurement& trial : trials) {
    trial.syscalls = Measured<SystemCalls>::unknown("perf_event_paranoid is 2");
    trial.noise.cacheline_ns = trial.round == 2 ? 352.0 : 61.0;
    trial.caveats = {"backends and load share one CPU"};
    if (trial.backend == "io_uring") {
      trial = without_figures(trial, Status::skipped,
                              "io_uring_queue_init: Operation not permitted (seccomp filter)",
                              "run the container with --security-opt seccomp=unconfined");
    } else if (trial.backend == "callback" && trial.round == 2) {
      trial = without_figures(trial, Status::failed, "killed by SIGKILL after 3 of 6 cycles", "");
    } else if (trial.backend == "blocking_threads") {
      trial.generator.value->least_ops_per_connection = 5;
      trial.generator.value->most_ops_per_connection = 6747;
      if (trial.round == 3) {
        trial.status = Status::invalid;
        trial.reason = "the cgroup was out of its CPU quota";
        trial.mend = "raise cpu.max";
      }
    }
  }
  return trials;
}

std::vector<Measurement> one_round_run() {
  Random random(4);
  return run(random, usual_models(), echo_params(64), 1);
}

std::vector<Measurement> sweep_run() {
  Random random(5);
  std::vector<Model> models = usual_models();
  std::vector<Measurement> trials = run(random, models, echo_params(1), 4);
  models.back().ops_per_s *= 1.08;  // the control strays
  std::vector<Measurement> more = run(random, models, echo_params(500), 4);
  std::ranges::move(more, std::back_inserter(trials));
  return trials;
}

std::vector<Measurement> hostile_run() {
  Random random(6);
  Json params = echo_params(2);
  params["note"] = "a,\"b\"\n\x1b[2Jc";
  std::vector<Model> models = usual_models();
  models[1].name = "\x1b]0;owned\x07<script>|@all|_x_";
  models[2].name = "=cmd|\"calc\",\xE2\x80\xAEreversed";
  models[3].name = "\xE6\xBC\xA2\xE5\xAD\x97" + std::string(60, 'w');
  std::vector<Measurement> trials = run(random, models, params, 2);
  for (Measurement& trial : trials) {
    trial.caveats = {"line one\nline \xff two\r\x1b[31m"};
    if (trial.round == 2 && trial.backend == models[1].name) {
      trial = without_figures(trial, Status::failed, "said \x1b[8m`rm` [x](http://example.com)",
                              "\x07 none");
    }
    if (trial.backend == models[2].name) {
      trial.ops = trial.verified_ops = trial.bytes = 0;
      trial.latency = {};
      trial.work_ops = 0;
      for (auto& ops : trial.slices.ops) ops = 0;
      for (auto& work : trial.slices.work_ops) work = 0;
      trial.cpu = CpuUse{std::nan(""), 0, 0, 0};
    }
  }
  return trials;
}

/// What scenarios other than echo add to it: times and figures of their own, references, throughput
/// in bytes, rows without a load generator.
std::vector<Measurement> scenarios_run() {
  Random random(7);
  const std::vector<Model> models = usual_models();
  std::vector<Measurement> trials = run(random, models, echo_params(8), 4);
  for (Measurement& trial : trials) {
    trial.scenario = "fan_out";
    trial.params = {{"connections", 8}, {"fan_out", 4}, {"leaf_delay", "none"}};
    for (const char* name : {"excess_over_ideal", "first_reply", "last_reply", "straggler_gap"}) {
      Histogram recorded;
      for (int i = 1; i <= 3000; ++i) {
        recorded.record(std::chrono::nanoseconds(random() % 50'000 + 1));
      }
      trial.times[name] = recorded;
    }
    trial.figures["cpu_ns_per_sub_request"] = trial.cpu->total_ns_per_op / 4;
    trial.figures["system_calls_per_sub_request"] =
        trial.backend == "callback" ? Measured<double>::unknown("perf_event_paranoid is 2")
                                    : Measured<double>(0.5);
    trial.figures["leaves_cpu_utilisation"] = 0.31;
  }
  std::vector<Model> copying = models;
  copying.push_back({.name = "copy_file_range", .ops_per_s = 9000, .cpu_ns = 90e3});
  for (Model& model : copying) model.ops_per_s = 8000 + static_cast<double>(random() % 2000);
  std::vector<Measurement> copies = run(random, copying, echo_params(8), 4);
  for (Measurement& trial : copies) {
    trial.scenario = "file_copy";
    trial.params = {{"files", 1}, {"file_bytes", 67108864}, {"block_bytes", 262144}};
    trial.bytes = trial.ops * 262144;
    trial.reference = trial.backend == "copy_file_range";
    trial.in_system = InSystem{.operations = 16, .exact = false};
    trial.generator = Measured<GeneratorUse>::unknown("the cell copies by itself");
  }
  std::ranges::move(copies, std::back_inserter(trials));
  return trials;
}

Json run_json() {
  return {{"schema", "ringside.run/1"},
          {"started_at", "2026-11-23T13:15:00Z"},
          {"finished_at", "2026-11-23T13:15:42Z"},
          {"interrupted", false},
          {"command", {"ringside", "run", "echo"}},
          {"options", {{"rounds", 5}, {"interleave", "slice"}}},
          {"seed", 7},
          {"ringside_version", "0.1.0"},
          {"git_revision", nullptr},
          {"machine", {{"cpus", 2}, {"kernel", "Linux 6.18.5"}}},
          {"backends", Json::array({{{"name", "epoll"},
                                     {"summary", "raw epoll, non-blocking sockets, edge-triggered"},
                                     {"available", true},
                                     {"reason", nullptr},
                                     {"mend", nullptr},
                                     {"version", "Linux 6.18.5"}}})},
          {"caveats", Json::array()}};
}

void write_case(const std::filesystem::path& path, const std::vector<Measurement>& trials) {
  std::filesystem::remove_all(path);
  const RunFolder folder = claim_run_folder(path).folder;
  JsonlWriter lines(folder.trials_jsonl());
  for (Measurement trial : trials) {
    tell_what_times_show(trial);
    lines.append(to_json(trial));
  }
  write_file_atomically(folder.run_json(), run_json().dump(2) + "\n");
}

void write_cases(const std::filesystem::path& folder) {
  write_case(folder / "normal", normal_run());
  write_case(folder / "saturated", saturated_run());
  write_case(folder / "trouble", trouble_run());
  write_case(folder / "one_round", one_round_run());
  write_case(folder / "sweep", sweep_run());
  write_case(folder / "hostile", hostile_run());
  write_case(folder / "scenarios", scenarios_run());
}

}  // namespace
}  // namespace ringside

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: golden_inputs FOLDER\n");
    return 1;
  }
  try {
    ringside::write_cases(argv[1]);
  } catch (const ringside::Error& error) {
    fmt::print(stderr, "golden_inputs: {}\n", error.what());
    return 1;
  }
  return 0;
}
