#include "harness/trial/contender.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "harness/laws/laws.hpp"
#include "harness/measure/awake_cpus.hpp"
#include "harness/trial/measured_cpu.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// The load's busiest thread had hardly a pause: it may have been what limited the throughput.
constexpr double saturation = 0.95;

// A process whose CPU clock stands still for so long has nothing left to do from the last slice.
constexpr auto idle_span = 100us;
// One that has had so much time after its last answer will not come to rest by itself.
constexpr auto idle_limit = 50ms;
// The same, once for each process, on a machine that may be busy with others.
constexpr auto rest_limit = 200ms;
// Longer than any clock tick, so that it shows in the clock when a thread was running all the time.
constexpr auto longest_tick = 10ms;

// Beside this the age of a running process's CPU clock is little: ticks are 1 to 10 ms apart.
constexpr auto long_beside_a_tick = 1s;

double per_op(nanoseconds time, double ops) {
  return static_cast<double>(time.count()) / ops;
}

/// Takes the times of `part` out, all of which are in `whole` too.
void subtract(LoadFigures& whole, const LoadFigures& part) {
  whole.latency.subtract(part.latency);
  for (const auto& [name, times] : part.times) whole.times[name].subtract(times);
}

double share(nanoseconds part, nanoseconds whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

}  // namespace

Contender::Contender(const Round& round, const Trial& trial, AwakeCpus& awake)
    : awake_(&awake), program_(trial.program) {
  measurement_.round = round.number;
  measurement_.scenario = round.scenario;
  measurement_.params = round.params;
  measurement_.words = round.words;
  measurement_.backend = trial.backend;
  measurement_.control = trial.control;
  measurement_.baseline = trial.baseline;
  measurement_.reference = trial.reference;
  measurement_.caveats = round.caveats;
}

void Contender::start(std::size_t listeners, const Json& setup, const CpuSet& cpus) {
  attempt([&] {
    listeners_ = listen_apart(listeners);
    child_ = std::make_unique<Child>(listeners_.sockets, cpus, program_);
    // The process has its own copies now: when it dies, connecting must fail at once.
    listeners_.sockets.clear();
    measurement_.backend_version =
        child_->start(measurement_.scenario, measurement_.backend, measurement_.params, setup);
    cpu_clock_.emplace(child_->pid());
  });
}

void Contender::attempt(const std::function<void()>& step) {
  if (out_) return;
  try {
    step();
  } catch (const Interrupted&) {
    throw;
  } catch (const Unavailable& unavailable) {
    take_out(Status::skipped, unavailable.what(), unavailable.mend());
  } catch (const TargetFailure& failure) {
    measurement_.wrong_data = failure.kind() == TargetFailure::Kind::wrong_data;
    take_out(Status::failed, failure.what(), failure.mend());
  } catch (const Error& failure) {
    take_out(Status::failed, failure.what(), failure.mend());
  }
}

void Contender::take_out(Status status, const std::string& reason, const std::string& mend) {
  out_ = true;
  measurement_.status = status;
  measurement_.reason = reason;
  measurement_.mend = mend;
  if (status == Status::failed && child_) {
    const Epitaph epitaph = child_->epitaph();
    if (epitaph.unavailable) {
      measurement_.status = Status::skipped;
      measurement_.reason = epitaph.reason;
      measurement_.mend = epitaph.mend;
    } else if (!epitaph.reason.empty() && epitaph.reason != reason) {
      measurement_.reason = fmt::format("{}; {}", epitaph.reason, reason);
      if (mend.empty()) measurement_.mend = epitaph.mend;
    }
  }
  // What users would otherwise do is shown beside the backends: where it cannot run, nothing of
  // what was asked for has failed.
  if (measurement_.reference && !measurement_.wrong_data) measurement_.status = Status::skipped;
  child_.reset();
}

void Contender::begin_counting() {
  before_ = child_->snapshot();
  given_before_ = given_ops_;
}

void Contender::end_counting() {
  const Snapshot after = child_->snapshot();
  effective_ = after.effective;
  if (!counted_) counted_.emplace();
  counted_->user += after.user - before_->user;
  counted_->system += after.system - before_->system;
  counted_->voluntary += after.voluntary - before_->voluntary;
  counted_->involuntary += after.involuntary - before_->involuntary;
  for (const auto& [name, count] : after.counters) {
    const auto before = before_->counters.find(name);
    counted_->counters[name] += count - (before == before_->counters.end() ? 0 : before->second);
  }
  counted_->ops += given_ops_ - given_before_;
}

WindowResult Contender::run_window(Load& load, std::size_t target, nanoseconds caches,
                                   const WindowSpec& spec) {
  if (caches > 0ns) give_work(load, target, {.warmup = caches});
  if (spec.measured >= long_beside_a_tick && spec.warmup > 0ns) {
    WindowSpec long_one = spec;
    long_one.backend_clock = [this] { return cpu_clock_->now(); };
    return give_work(load, target, long_one).window;
  }
  Pass edges;
  if (caches > 0ns) edges = give_work(load, target, {.warmup = caches});
  Pass whole = give_work(load, target, spec);
  WindowResult& window = whole.window;
  if (window.backend_cpu) return window;  // the cell itself has said it
  const double per_op = measured_cpu_per_op({.cpu = whole.cpu, .ops = window.all_ops},
                                            {.cpu = edges.cpu, .ops = edges.window.all_ops});
  window.backend_cpu = nanoseconds(std::llround(per_op * window.work));
  return window;
}

Contender::Pass Contender::give_work(Load& load, std::size_t target, const WindowSpec& spec) {
  const nanoseconds before = cpu_clock_->now();
  awake_->let_sleep();
  Pass pass{.window = load.run_window(target, spec)};
  awake_->keep_awake();
  pass.cpu = (restless_ ? cpu_clock_->now() : cpu_at_rest()) - before;
  given_ops_ += pass.window.all_ops;
  return pass;
}

nanoseconds Contender::cpu_at_rest() const {
  const auto limit = std::chrono::steady_clock::now() + idle_limit;
  nanoseconds before = cpu_clock_->now();
  while (std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(idle_span);
    const nanoseconds now = cpu_clock_->now();
    if (now == before) break;
    before = now;
  }
  return before;
}

void Contender::find_whether_it_rests() {
  const auto limit = std::chrono::steady_clock::now() + rest_limit;
  nanoseconds before = cpu_clock_->now();
  do {
    std::this_thread::sleep_for(longest_tick);
    const nanoseconds now = cpu_clock_->now();
    // Where other programs want the CPU too, one that never rests may have to wait for it.
    if (now - before < longest_tick / 10 && !has_runnable_thread(child_->pid())) return;
    before = now;
  } while (std::chrono::steady_clock::now() < limit);
  restless_ = true;
}

void Contender::add(const WindowResult& result, std::uint32_t place) {
  Slices& slices = measurement_.slices;
  slices.order.push_back(place);
  slices.ops.push_back(result.ops);
  slices.elapsed_ns.push_back(result.elapsed.count());
  const nanoseconds cpu = result.backend_cpu.value_or(0ns);
  slices.cpu_ns.push_back(cpu.count());
  slices.work_ops.push_back(result.work);
  slices.first_half_ops.push_back(result.first_half_work);
  slices.first_half_ns.push_back(result.first_half.count());
  slices.response_ns.push_back(result.response.count());
  slices.idle_ns.push_back(result.idle.count());
  slices.started.push_back(result.begun.started);
  measurement_.elapsed_ns += result.elapsed.count();
  measurement_.ops += result.ops;
  measurement_.work_ops = measurement_.work_ops.value_or(0) + result.work;
  measurement_.verified_ops += result.ops - result.unverified_ops;
  measurement_.bytes += result.bytes;
  if (!measurement_.conservation) measurement_.conservation.emplace();
  measurement_.conservation->started += result.begun.started;
  measurement_.conservation->completed_in_window += result.begun.ended_inside;
  measurement_.conservation->completed_after += result.begun.ended_after;
  measurement_.conservation->failed += result.begun.failed;
  if (measurement_.windows) measurement_.windows->unsettled += result.unsettled;
  backend_cpu_ += cpu;
  load_cpu_ += result.load_cpu;
  busiest_load_cpu_ += result.busiest_load_cpu;
}

void Contender::begin_cycle(const Load& load, std::size_t target) {
  before_cycle_ = load.figures(target);
}

void Contender::end_cycle(const Load& load, std::size_t target, bool beside_audit) {
  if (beside_audit) {
    Histogram of_cycle = load.figures(target).latency;
    of_cycle.subtract(before_cycle_->latency);
    beside_.merge(of_cycle);
  }
  before_cycle_.reset();
}

void Contender::audit(Load& load, std::size_t target, nanoseconds caches, const WindowSpec& spec) {
  end_counting();
  begin_cycle(load, target);
  const WindowResult result = run_window(load, target, caches, spec);
  audited_ = load.figures(target);
  subtract(audited_, *before_cycle_);
  before_cycle_.reset();
  begin_counting();
  Audit audit{.windows = 1,
              .after_slices = measurement_.slices.ops.size(),
              .elapsed_ns = result.elapsed.count(),
              .work_ops = result.work,
              .cpu_ns_per_op = per_op(result.backend_cpu.value_or(0ns), result.work),
              .latency = audited_.latency};
  for (const auto& [name, times] : audited_.times) audit.times.emplace(name, times);
  measurement_.audit = std::move(audit);
}

void Contender::take_figures(Load& load, std::size_t target) {
  // Of a cycle that the user has broken off nothing counts.
  figures_ = before_cycle_ ? *before_cycle_ : load.figures(target);
  subtract(*figures_, audited_);
  if (!measurement_.audit) return;
  const auto beside = [this](double percentile) -> std::optional<std::int64_t> {
    const auto time = beside_.supported_percentile(percentile);
    return time ? std::optional(time->count()) : std::nullopt;
  };
  measurement_.audit.value->beside_p50_ns = beside(50);
  measurement_.audit.value->beside_p90_ns = beside(90);
}

Target Contender::reach(const StopSignal& interrupt) const {
  return {.endpoints = listeners_.endpoints,
          .ask = [this, &interrupt](Json order, std::chrono::milliseconds limit) {
            return child_->ask(std::move(order), limit, interrupt);
          }};
}

void Contender::finish(Load& load, std::size_t target, const SubOperations& parts) {
  if (!child_) return;  // the user ended the run before this one was started
  attempt([&] {
    const ProcessFacts facts = read_process_facts(child_->pid());
    measurement_.max_rss_bytes = facts.max_rss_bytes;
    measurement_.threads_peak = facts.threads;
    measurement_.kernel_workers = facts.kernel_workers;
    if (!figures_) take_figures(load, target);  // the user ended the round before its last slice
  });
  attempt([&] {
    complete_figures();
    add_figures_of_parts(parts);
    child_->stop();
  });
  child_.reset();
}

void Contender::complete_figures() {
  const LoadFigures& load = *figures_;
  measurement_.latency = load.latency;
  measurement_.times = {load.times.begin(), load.times.end()};
  tell_what_times_show(measurement_);
  measurement_.figures = load.figures;
  measurement_.caveats.insert(measurement_.caveats.end(), load.caveats.begin(), load.caveats.end());
  measurement_.effective = effective_;
  if (restless_) {
    measurement_.caveats.push_back(
        fmt::format("its process went on using the CPU {} ms after its last answer: its figures "
                    "carry that, and so do the slices of others",
                    std::chrono::milliseconds(rest_limit).count()));
  }
  const double work = measurement_.work();
  if (work == 0) {
    measurement_.status = Status::invalid;
    measurement_.reason = "no operation was completed in the measured windows";
    measurement_.mend = "use longer ones: --slice, or --interleave trial and --duration";
    return;
  }
  if (measurement_.noise.throttled && *measurement_.noise.throttled > 0) {
    measurement_.status = Status::invalid;
    measurement_.reason = fmt::format("the CPU quota of the control group ran out in {} periods",
                                      *measurement_.noise.throttled);
    measurement_.mend = "raise or remove the quota (cpu.max) for this run";
  }
  const nanoseconds elapsed(measurement_.elapsed_ns);
  if (load.fairness) {
    const double utilisation = share(busiest_load_cpu_, elapsed);
    measurement_.generator = GeneratorUse{.cpu_utilisation = utilisation,
                                          .cpu_ns_per_op = per_op(load_cpu_, work),
                                          .saturated = utilisation >= saturation,
                                          .least_ops_per_connection = load.fairness->least,
                                          .most_ops_per_connection = load.fairness->most};
  } else {
    measurement_.generator = Measured<GeneratorUse>::unknown(load.fairness.reason);
  }
  add_process_figures(work);
  judge_by_laws(measurement_);
}

void Contender::add_process_figures(double work) {
  if (!counted_ || counted_->ops == 0) {
    const std::string why = "the round ended before its closing snapshot";
    measurement_.context_switches = Measured<ContextSwitches>::unknown(why);
    measurement_.cpu = Measured<CpuUse>::unknown(why);
    return;
  }

  const auto ops = static_cast<double>(counted_->ops);
  measurement_.context_switches = ContextSwitches{
      .voluntary = counted_->voluntary,
      .involuntary = counted_->involuntary,
      .per_op = static_cast<double>(counted_->voluntary + counted_->involuntary) / ops,
      .source = "getrusage"};
  const nanoseconds user = counted_->user;
  const nanoseconds system = counted_->system;
  const double user_share = user + system == 0ns ? 0 : share(user, user + system);
  const double total = per_op(backend_cpu_, work);
  measurement_.cpu =
      CpuUse{.user_ns_per_op = total * user_share,
             .system_ns_per_op = total * (1 - user_share),
             .total_ns_per_op = total,
             .utilisation = share(backend_cpu_, nanoseconds(measurement_.elapsed_ns))};
  for (const auto& [name, count] : counted_->counters) {
    measurement_.figures[name + "_per_op"] = static_cast<double>(count) / ops;
  }
}

void Contender::add_figures_of_parts(const SubOperations& parts) {
  if (parts.name.empty()) return;
  const auto add = [&](std::string_view name, const Measured<double>& per_operation) {
    measurement_.figures[fmt::format("{}_per_{}", name, parts.name)] =
        per_operation ? Measured<double>(*per_operation / static_cast<double>(parts.count))
                      : per_operation;
  };
  const auto& cpu = measurement_.cpu;
  add("cpu_ns",
      cpu ? Measured<double>(cpu->total_ns_per_op) : Measured<double>::unknown(cpu.reason));
  const auto& switches = measurement_.context_switches;
  add("context_switches",
      switches ? Measured<double>(switches->per_op) : Measured<double>::unknown(switches.reason));
  const auto& calls = measurement_.syscalls;
  add("system_calls",
      calls ? Measured<double>(calls->per_op) : Measured<double>::unknown(calls.reason));
}

}  // namespace ringside
