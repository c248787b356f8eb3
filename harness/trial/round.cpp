#include "harness/trial/round.hpp"

#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/random_order.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"
#include "harness/load/team.hpp"
#include "harness/measure/cacheline.hpp"
#include "harness/measure/noise.hpp"
#include "harness/measure/system_calls.hpp"
#include "harness/trial/contender.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// For what is run but not timed: the first slice of fresh processes, and the counting of calls.
constexpr nanoseconds untimed_slice = 20ms;

// Another order than those of the cycles, which count from 0.
constexpr auto start_draw = std::numeric_limits<std::uint32_t>::max();

/// Some contenders that are alive at once, and the load that moves between them.
class Group {
 public:
  Group(std::span<Contender> members, const Round& round, const Scenario& scenario,
        const Bench& bench)
      : members_(members),
        round_(round),
        scenario_(scenario),
        bench_(bench),
        start_order_(random_order(round.seed, start_draw, members.size())) {}

  /// The whole life of the group; `place` is where its first slice stands in the round's order.
  /// Returns false when the user ended the run: the members then have what was measured before.
  bool run(std::uint32_t place);

 private:
  bool make_load();
  void start();
  void warm_up();
  void measure(std::uint32_t place);
  void count_system_calls();
  void finish();
  CpuSet cell_cpus() const {
    return scenario_.cpu_users == CpuUsers::cell_alone
               ? bench_.backend_cpus.united(bench_.load_cpus)
               : bench_.backend_cpus;
  }
  void report(const std::string& doing) const {
    if (bench_.progress) bench_.progress(doing);
  }
  void throw_if_interrupted() const {
    if (bench_.interrupt.raised()) throw Interrupted();
  }

  std::span<Contender> members_;
  const Round& round_;
  const Scenario& scenario_;
  const Bench& bench_;
  /// Who starts first finds the machine's memory otherwise than who starts last.
  std::vector<std::uint32_t> start_order_;
  std::unique_ptr<Load> load_;
};

bool Group::run(std::uint32_t place) {
  bool whole = true;
  try {
    if (!make_load()) return true;
    start();
    warm_up();
    measure(place);
    count_system_calls();
  } catch (const Interrupted&) {
    whole = false;
  }
  if (load_) finish();
  return whole;
}

/// Returns whether there is one; where not, every member's measurement says why.
bool Group::make_load() try {
  report("preparing");
  load_ = scenario_.make_load(round_.params, {.team = bench_.team,
                                              .targets = members_.size(),
                                              .seed = round_.seed,
                                              .io = bench_.load_io.io,
                                              .interrupt = bench_.interrupt,
                                              .folder = bench_.folder,
                                              .kept = &bench_.kept[round_.scenario]});
  return true;
} catch (const Interrupted&) {
  throw;
} catch (const Error&) {
  // No backend's fault, but each of them has a row, and the next round may go well.
  for (Contender& member : members_) member.attempt([] { throw; });
  return false;
}

void Group::start() {
  for (const std::uint32_t target : start_order_) {
    throw_if_interrupted();
    Contender& member = members_[target];
    report("starting " + member.measurement().backend);
    member.start(scenario_.listeners(round_.params), load_->cell_setup(target), cell_cpus());
    member.attempt([&] { load_->connect(target, member.reach(bench_.interrupt)); });
  }
}

void Group::warm_up() {
  for (const std::uint32_t target : start_order_) {
    const WindowSpec untimed{.warmup = untimed_slice, .measured = 0ms};
    members_[target].attempt([&] { load_->run_window(target, untimed); });
    members_[target].attempt([&] { members_[target].find_whether_it_rests(); });
  }
}

void Group::measure(std::uint32_t place) {
  std::vector<pid_t> own = load_->processes();
  for (const Contender& member : members_) {
    if (!member.out()) own.push_back(member.pid());
  }
  NoiseProbe probe(own);
  probe.start();
  for (Contender& member : members_) member.begin_counting();
  for (int cycle = 0; cycle < round_.windows.cycles; ++cycle) {
    report(fmt::format("cycle {} of {}", cycle + 1, round_.windows.cycles));
    std::vector<std::optional<WindowResult>> results(members_.size());
    const auto order =
        random_order(round_.seed, static_cast<std::uint32_t>(cycle), members_.size());
    for (const std::uint32_t target : order) {
      Contender& member = members_[target];
      const WindowSpec spec{.warmup = round_.windows.warmup, .measured = round_.windows.measured};
      member.attempt([&] { results[target] = member.run_window(*load_, target, spec); });
    }
    // A cycle counts as a whole: what is compared is the ratio within it.
    for (std::uint32_t at = 0; at < order.size(); ++at) {
      if (results[order[at]]) members_[order[at]].add(*results[order[at]], place + at);
    }
  }
  for (Contender& member : members_) member.end_counting();
  const Noise noise = probe.stop();
  for (Contender& member : members_) member.measurement().noise = noise;
}

void Group::count_system_calls() {
  for (std::size_t target = 0; target < members_.size(); ++target) {
    throw_if_interrupted();
    members_[target].attempt([&] {
      Measured<SystemCalls>& figure = members_[target].measurement().syscalls;
      const auto counter = SystemCallCounter::open(members_[target].pid());
      if (!counter) {
        figure = Measured<SystemCalls>::unknown(counter.reason);
        return;
      }
      const WindowSpec untimed{.warmup = untimed_slice, .measured = 0ms};
      const std::uint64_t before = counter->read();
      const std::uint64_t ops = load_->run_window(target, untimed).all_ops;
      const std::uint64_t calls = counter->read() - before;
      figure = SystemCalls{.per_op = static_cast<double>(calls) / static_cast<double>(ops),
                           .source = std::string(SystemCallCounter::source)};
    });
  }
}

void Group::finish() {
  const SubOperations parts = scenario_.sub_operations == nullptr
                                  ? SubOperations{}
                                  : scenario_.sub_operations(round_.params);
  for (std::size_t target = 0; target < members_.size(); ++target) {
    members_[target].finish(*load_, target, parts);
    load_->disconnect(target);
  }
}

/// Whole windows: one backend alive at a time, in random order.
bool run_one_by_one(std::vector<Contender>& contenders, const Round& round,
                    const Scenario& scenario, const Bench& bench) {
  std::uint32_t place = 0;
  for (const std::uint32_t index : random_order(round.seed, 0, contenders.size())) {
    const std::span<Contender> one(&contenders[index], 1);
    Group alone(one, round, scenario, bench);
    if (!alone.run(place++)) return false;
  }
  return true;
}

Measured<double> cacheline_between(const Bench& bench) {
  const int backend = bench.backend_cpus.front();
  const CpuSet others = bench.load_cpus.without(CpuSet{backend});
  if (others.empty()) return Measured<double>::unknown("backend and load share one CPU");
  return cacheline_one_way_ns(backend, others.front());
}

std::vector<Measurement> impossible_round(const Round& round) {
  std::vector<Measurement> measurements;
  for (const Trial& trial : round.trials) {
    Contender contender(round, trial);
    contender.attempt([&] { throw Unavailable(round.impossible, round.mend); });
    measurements.push_back(contender.measurement());
  }
  return measurements;
}

}  // namespace

std::vector<Measurement> run_round(const Round& round, const Scenario& scenario,
                                   const Bench& bench) {
  if (!round.impossible.empty()) return impossible_round(round);
  std::vector<Contender> contenders;
  for (const Trial& trial : round.trials) contenders.emplace_back(round, trial);
  const Measured<double> cacheline = cacheline_between(bench);

  const bool whole = round.windows.interleave == Interleave::slice
                         ? Group(std::span<Contender>(contenders), round, scenario, bench).run(0)
                         : run_one_by_one(contenders, round, scenario, bench);

  std::vector<Measurement> measurements;
  for (Contender& contender : contenders) {
    Measurement& measurement = contender.measurement();
    measurement.noise.cacheline_ns = cacheline;
    if (measurement.generator) {
      measurement.generator.value->io = to_string(bench.load_io.io);
      measurement.generator.value->io_reason = bench.load_io.reason;
    }
    auto& caveats = measurement.caveats;
    caveats.insert(caveats.begin(), bench.caveats.begin(), bench.caveats.end());
    if (!whole) {
      // Nothing measured yet: that is no failure of the backend, so there is no line for it.
      if (measurement.status == Status::invalid || measurement.ops == 0) continue;
      caveats.push_back(fmt::format("interrupted after {} of {} slices",
                                    measurement.slices.ops.size(), round.windows.cycles));
    }
    measurements.push_back(std::move(measurement));
  }
  return measurements;
}

}  // namespace ringside
