#include "harness/trial/round.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/random_order.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"
#include "harness/load/team.hpp"
#include "harness/measure/awake_cpus.hpp"
#include "harness/measure/cacheline.hpp"
#include "harness/measure/noise.hpp"
#include "harness/measure/system_calls.hpp"
#include "harness/trial/contender.hpp"
#include "harness/trial/lengths.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// For what is run but not timed: the first slice of fresh processes, and the counting of calls.
constexpr nanoseconds untimed_slice = 20ms;

// Another order than those of the cycles, which count from 0.
constexpr auto start_draw = std::numeric_limits<std::uint32_t>::max();
constexpr auto audit_draw = start_draw - 1;

/// Some contenders that are alive at once, and the load that moves between them.
class Cohort {
 public:
  Cohort(std::span<Contender> members, const Round& round, const Scenario& scenario,
         const Bench& bench)
      : members_(members),
        round_(round),
        scenario_(scenario),
        bench_(bench),
        windows_(round.windows),
        start_order_(random_order(round.seed, start_draw, members.size())) {}

  /// The whole life of the cohort; `place` is where its first slice stands in the round's order.
  /// Returns false when the user ended the run: the members then have what was measured before.
  bool run(std::uint32_t place);

 private:
  bool make_load();
  void start();
  void warm_up();
  void find_lengths();
  Pace pace_of(std::size_t target);
  void choose_lengths(const Pace& slowest);
  void discard_figures();
  std::vector<int> place_audits() const;
  void measure(std::uint32_t place);
  void run_cycle(int cycle, std::uint32_t place);
  void audit(std::size_t target);
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
  Windows windows_;                    // as the work needs them
  std::chrono::nanoseconds caches_{};  // the first warm-up of each
  /// Who starts first finds the machine's memory otherwise than who starts last.
  std::vector<std::uint32_t> start_order_;
  std::unique_ptr<Load> load_;
};

bool Cohort::run(std::uint32_t place) {
  const SleepAtTheEnd sleep(bench_.awake);
  bool whole = true;
  try {
    if (!make_load()) return true;
    start();
    warm_up();
    find_lengths();
    discard_figures();
    measure(place);
    count_system_calls();
  } catch (const Interrupted&) {
    whole = false;
  }
  if (load_) finish();
  return whole;
}

/// Returns whether there is one; where not, every member's measurement says why.
bool Cohort::make_load() try {
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

void Cohort::start() {
  for (const std::uint32_t target : start_order_) {
    throw_if_interrupted();
    Contender& member = members_[target];
    report("starting " + member.measurement().backend);
    member.start(scenario_.listeners(round_.params), load_->cell_setup(target), cell_cpus());
    member.attempt([&] { load_->connect(target, member.reach(bench_.interrupt)); });
  }
}

void Cohort::warm_up() {
  for (const std::uint32_t target : start_order_) {
    const WindowSpec untimed{.warmup = untimed_slice, .measured = 0ms};
    members_[target].attempt([&] { load_->run_window(target, untimed); });
    members_[target].attempt([&] { members_[target].find_whether_it_rests(); });
  }
}

/// The lengths follow from the slowest of those that are compared, and are the same for all.
void Cohort::find_lengths() {
  const bool turns = scenario_.cpu_users == CpuUsers::cell_and_load;
  std::optional<Pace> slowest;
  if (turns && !windows_.exact) {
    for (const std::uint32_t target : start_order_) {
      members_[target].attempt([&] {
        const Pace pace = pace_of(target);
        slowest = slowest ? slower(*slowest, pace) : pace;
      });
    }
  }
  choose_lengths(slowest.value_or(Pace{}));
  const auto maybe = [&](nanoseconds Pace::*part) {
    return slowest ? std::optional((*slowest.*part).count()) : std::nullopt;
  };
  const bool whole = windows_.interleave == Interleave::trial;
  for (Contender& member : members_) {
    member.measurement().windows = WindowLengths{.whole = whole,
                                                 .warmup_ns = windows_.warmup.count(),
                                                 .measured_ns = windows_.measured.count(),
                                                 .rotation_ns = maybe(&Pace::rotation),
                                                 .settling_ns = maybe(&Pace::settling)};
    member.measurement().audit =
        Measured<Audit>::unknown(whole            ? "whole windows were measured"
                                 : windows_.audit ? "the round ended before its whole window"
                                                  : "no whole window was asked for (--audit)");
    if (!whole || round_.windows.interleave == Interleave::trial) continue;
    member.measurement().caveats.push_back(fmt::format(
        "measured in whole windows: slices that hold {} turns of every connection would be longer "
        "than {} ms",
        least_rotations, longest_slice.count()));
  }
}

/// Windows of growing length, until one holds enough turns; then the faster of two. A turn is the
/// median, which a machine that stops for a moment does not change.
Pace Cohort::pace_of(std::size_t target) {
  report("finding the pace of " + members_[target].measurement().backend);
  constexpr int enough_turns = 3;
  constexpr int enough_passes = 2;
  WindowSpec spec{.warmup = round_.windows.warmup,
                  .measured = untimed_slice / 2,
                  .settle_limit = longest_window};
  std::optional<Pace> pace;
  for (int passes = 0; passes < enough_passes;) {
    throw_if_interrupted();
    const WindowResult result = load_->run_window(target, spec);
    const Histogram latency = load_->take_figures(target).latency;
    const auto started =
        static_cast<std::int64_t>(std::max<std::uint64_t>(result.begun.started, 1));
    const Pace now{.rotation = latency.at_percentile(50) + result.idle / started,
                   .settling = result.settling.value_or(longest_window)};
    const bool enough = enough_turns * now.rotation <= spec.measured;
    if (enough || spec.measured >= longest_window) {
      pace = pace ? faster(*pace, now) : now;
      ++passes;
    } else {
      spec.measured = std::min<nanoseconds>(
          std::max(2 * spec.measured, 2 * enough_turns * now.rotation), longest_window);
    }
  }
  return *pace;
}

void Cohort::choose_lengths(const Pace& slowest) {
  const std::string work = fmt::format(
      "{} {}", round_.scenario, round_.params.dump(-1, ' ', false, Json::error_handler_t::replace));
  const SliceLengths least = round_.windows.brief ? SliceLengths{} : scenario_.least_slice;
  const Windows lengths = lengths_for(round_.windows, slowest, least);
  const auto [kept, first] = bench_.lengths.try_emplace(work, lengths);
  if (!first) kept->second = longer(kept->second, lengths);
  windows_ = kept->second;
  // A cell that works alone reads its own clock, and needs no such pass.
  if (scenario_.cpu_users == CpuUsers::cell_and_load) {
    caches_ = cache_warmup(round_.windows, slowest);
  }
}

void Cohort::discard_figures() {
  for (std::size_t target = 0; target < members_.size(); ++target) {
    members_[target].attempt([&] { load_->take_figures(target); });
  }
}

/// By target: how many cycles come before its whole window; 0 for none. The windows are spread over
/// the round, so that most lie right between two slices of theirs: a machine changes its pace
/// within seconds.
std::vector<int> Cohort::place_audits() const {
  std::vector<int> places(members_.size(), 0);
  if (!windows_.audit) return places;
  const auto gaps = static_cast<std::size_t>(windows_.cycles - 1);
  std::size_t number = 0;
  for (const std::uint32_t target : random_order(round_.seed, audit_draw, members_.size())) {
    places[target] = 1 + static_cast<int>(number++ * gaps / members_.size());
  }
  return places;
}

void Cohort::measure(std::uint32_t place) {
  std::vector<pid_t> own = load_->processes();
  for (const Contender& member : members_) {
    if (!member.out()) own.push_back(member.pid());
  }
  NoiseProbe probe(own);
  probe.start();
  const auto each = [this](const auto& step) {
    for (std::size_t target = 0; target < members_.size(); ++target) {
      members_[target].attempt([&] { step(members_[target], target); });
    }
  };
  const std::vector<int> audits = place_audits();
  each([](Contender& member, std::size_t) { member.begin_counting(); });
  for (int cycle = 0; cycle < windows_.cycles; ++cycle) {
    each([&](Contender& member, std::size_t target) { member.begin_cycle(*load_, target); });
    run_cycle(cycle, place);
    each([&](Contender& member, std::size_t target) {
      const int window_after = audits[target];
      const bool beside = window_after > 0 && (window_after == cycle || window_after == cycle + 1);
      member.end_cycle(*load_, target, beside);
    });
    each([&](Contender&, std::size_t target) {
      if (audits[target] == cycle + 1) audit(target);
    });
  }
  each([this](Contender& member, std::size_t target) {
    member.end_counting();
    member.take_figures(*load_, target);
  });
  const Noise noise = probe.stop();
  for (Contender& member : members_) member.measurement().noise = noise;
}

void Cohort::run_cycle(int cycle, std::uint32_t place) {
  report(fmt::format("cycle {} of {}", cycle + 1, windows_.cycles));
  std::vector<std::optional<WindowResult>> results(members_.size());
  const auto order = random_order(round_.seed, static_cast<std::uint32_t>(cycle), members_.size());
  for (const std::uint32_t target : order) {
    Contender& member = members_[target];
    const WindowSpec spec{.warmup = windows_.warmup,
                          .measured = windows_.measured,
                          .settle_limit = settle_limit(windows_)};
    member.attempt([&] { results[target] = member.run_window(*load_, target, caches_, spec); });
  }
  // A cycle counts as a whole: what is compared is the ratio within it.
  for (std::uint32_t at = 0; at < order.size(); ++at) {
    if (results[order[at]]) members_[order[at]].add(*results[order[at]], place + at);
  }
}

/// A whole window while the others rest: what slices say is held against it.
void Cohort::audit(std::size_t target) {
  throw_if_interrupted();
  report("a whole window of " + members_[target].measurement().backend);
  members_[target].audit(*load_, target, caches_,
                         {.warmup = windows_.whole_warmup,
                          .measured = std::max<nanoseconds>(audit_length, windows_.measured),
                          .settle_limit = longest_window});
}

void Cohort::count_system_calls() {
  bench_.awake.let_sleep();
  for (std::size_t target = 0; target < members_.size(); ++target) {
    throw_if_interrupted();
    members_[target].attempt([&] {
      Measured<SystemCalls>& figure = members_[target].measurement().syscalls;
      const auto counter = SystemCallCounter::open(members_[target].pid());
      if (!counter) {
        figure = Measured<SystemCalls>::unknown(counter.reason);
        return;
      }
      // As long as a slice, so that its beginning and end are as little of it.
      const WindowSpec untimed{
          .warmup = std::clamp<nanoseconds>(windows_.measured, untimed_slice, longest_slice)};
      const std::uint64_t before = counter->read();
      const std::uint64_t ops = load_->run_window(target, untimed).all_ops;
      const std::uint64_t calls = counter->read() - before;
      figure = SystemCalls{.per_op = static_cast<double>(calls) / static_cast<double>(ops),
                           .source = std::string(SystemCallCounter::source)};
    });
  }
}

void Cohort::finish() {
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
    Cohort alone(one, round, scenario, bench);
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

/// What the laws are about: the CPUs, and the operations that are under way.
void tell_what_there_is(std::vector<Contender>& contenders, const Round& round,
                        const Scenario& scenario, const Bench& bench) {
  const std::size_t together = bench.backend_cpus.united(bench.load_cpus).size();
  const bool alone = scenario.cpu_users == CpuUsers::cell_alone;
  const CpusGiven cpus{.backend = alone ? together : bench.backend_cpus.size(),
                       .load = alone ? 0 : bench.load_cpus.size(),
                       .together = together};
  for (Contender& contender : contenders) {
    contender.measurement().cpus = cpus;
    if (scenario.population == nullptr) continue;
    const Population population = scenario.population(round.params);
    contender.measurement().in_system =
        InSystem{.operations = population.operations, .exact = population.exact};
  }
}

std::vector<Measurement> impossible_round(const Round& round, AwakeCpus& awake) {
  std::vector<Measurement> measurements;
  for (const Trial& trial : round.trials) {
    Contender contender(round, trial, awake);
    contender.attempt([&] { throw Unavailable(round.impossible, round.mend); });
    measurements.push_back(contender.measurement());
  }
  return measurements;
}

}  // namespace

std::vector<Measurement> run_round(const Round& round, const Scenario& scenario,
                                   const Bench& bench) {
  if (!round.impossible.empty()) return impossible_round(round, bench.awake);
  std::vector<Contender> contenders;
  for (const Trial& trial : round.trials) contenders.emplace_back(round, trial, bench.awake);
  tell_what_there_is(contenders, round, scenario, bench);
  const Measured<double> cacheline = cacheline_between(bench);

  const bool whole = round.windows.interleave == Interleave::slice
                         ? Cohort(std::span<Contender>(contenders), round, scenario, bench).run(0)
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
      if (measurement.work() == 0) continue;
      caveats.push_back(fmt::format("interrupted after {} slices", measurement.slices.ops.size()));
    }
    measurements.push_back(std::move(measurement));
  }
  return measurements;
}

}  // namespace ringside
