#include "harness/plan/plan.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/units.hpp"
#include "harness/measure/limits.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

// A whole window begins with cold caches and processes: give it a tenth to settle, at least this.
constexpr std::chrono::milliseconds least_window_warmup{100};

/// The scenarios that were named, or all of them.
std::vector<std::string> wanted_scenarios(const Options& options,
                                          std::span<const Scenario> scenarios) {
  std::vector<std::string> names = options.scenarios;
  if (names.empty()) {
    for (const Scenario& scenario : scenarios) names.emplace_back(scenario.name);
  }
  return names;
}

/// The backends to be compared, the baseline first; none when the scenario was not named and none
/// of them offers it.
std::vector<std::string> wanted_backends(const Options& options, std::span<const Backend> backends,
                                         const Scenario& scenario) {
  std::vector<std::string> wanted = options.backends;
  if (wanted.empty()) {
    for (const Backend& backend : backends) wanted.emplace_back(backend.name);
  }
  std::vector<std::string> names;
  for (const std::string& name : wanted) {
    if (std::ranges::count(wanted, name) > 1) {
      throw Error(fmt::format("--backends names {} twice", name), "name each backend once");
    }
    if (find_named("backend", name, backends).cell(scenario.name) != nullptr) {
      names.push_back(name);
    } else if (!options.scenarios.empty() && !options.backends.empty()) {
      throw Error(fmt::format("{} has no {}", name, scenario.name), "leave one of the two out");
    }
  }
  if (names.empty() && !options.scenarios.empty()) {
    throw Error(fmt::format("no backend offers {}", scenario.name), "see `ringside list`");
  }
  // Nobody has asked for the default, which a table of backends need not have.
  if (options.baseline != Options{}.baseline) find_named("backend", options.baseline, backends);
  const auto baseline = std::ranges::find(names, options.baseline);
  if (baseline != names.end()) std::rotate(names.begin(), baseline, baseline + 1);
  return names;
}

std::vector<Trial> make_trials(const Options& options, std::span<const Backend> backends,
                               const Scenario& scenario) {
  const std::vector<std::string> names = wanted_backends(options, backends, scenario);
  if (names.empty()) return {};

  std::vector<Trial> trials;
  for (const std::string& name : names) {
    const bool baseline = trials.empty();
    trials.push_back({.backend = name, .baseline = baseline, .control = false});
    if (baseline && options.control) {
      trials.push_back({.backend = name, .baseline = false, .control = true});
    }
  }
  if (scenario.references != nullptr) {
    for (const Backend& reference : scenario.references()) {
      trials.push_back({.backend = std::string(reference.name), .reference = true});
    }
  }
  return trials;
}

WorkWords work_words(const Scenario& scenario, const Json& params) {
  WorkWords words{.operation = "operation", .unit = "op"};
  if (scenario.words != nullptr) words = scenario.words(params);
  for (const Parameter& parameter : scenario.parameters) {
    if (parameter.follows.empty()) continue;
    words.follows.emplace(parameter.name, parameter.follows);
  }
  return words;
}

Windows make_windows(const Options& options, Interleave interleave) {
  const auto whole_warmup =
      std::max<std::chrono::nanoseconds>(least_window_warmup, options.duration / 10);
  Windows windows{
      .interleave = interleave, .whole_warmup = whole_warmup, .whole = options.duration};
  if (interleave == Interleave::slice) {
    windows.cycles = options.cycles;
    windows.warmup = options.warmup;
    windows.measured = options.slice;
    windows.exact = options.exact_slices;
    windows.exact_cycles = options.exact_cycles;
    windows.brief = options.brief_slices;
    windows.audit = options.audit;
  } else {
    windows.cycles = 1;
    windows.warmup = whole_warmup;
    windows.measured = options.duration;
    windows.exact = options.exact_duration;
  }
  return windows;
}

void fit_windows(Round& round, const Options& options, const Scenario& scenario) {
  if (scenario.whole_windows == nullptr || round.windows.interleave == Interleave::trial) return;
  const std::string reason = scenario.whole_windows(round.params);
  if (reason.empty()) return;
  round.windows = make_windows(options, Interleave::trial);
  round.caveats.push_back("measured in whole windows, one backend after the other: " + reason);
}

void fit_descriptors(Round& round, const Options& options, const Scenario& scenario,
                     const Limits& limits) {
  const DescriptorNeeds needs = scenario.descriptors(round.params);
  const std::size_t alone = std::max(needs.in_cell, needs.in_load) + spare_descriptors;
  const std::size_t together = needs.in_load * round.trials.size() + spare_descriptors;
  if (alone > limits.descriptors) {
    round.impossible =
        fmt::format("{} descriptors are needed, the limit is {}", alone, limits.descriptors);
    round.mend = fmt::format(
        "raise it with `ulimit -n {}` (above the hard limit: as root, or "
        "nofile in /etc/security/limits.conf)",
        alone);
  } else if (together > limits.descriptors && round.windows.interleave == Interleave::slice) {
    round.windows = make_windows(options, Interleave::trial);
    round.caveats.push_back(fmt::format(
        "measured in whole windows, one backend after the other: all at once would need {} "
        "descriptors and the limit is {} (`ulimit -n {}` allows slices)",
        together, limits.descriptors, together));
  }
}

void validate(const Options& options) {
  const auto in_range = [](auto value, auto low, auto high, std::string_view flag) {
    if (value < low || value > high) {
      throw Error(fmt::format("{} is {}", flag, value), fmt::format("use {} to {}", low, high));
    }
  };
  in_range(options.rounds, 1, 100'000, "--rounds");
  in_range(options.cycles, 1, 100'000, "--cycles");
  const auto duration_in_range = [](std::chrono::nanoseconds value, std::chrono::nanoseconds low,
                                    std::chrono::nanoseconds high, std::string_view flag) {
    if (value < low || value > high) {
      throw Error(fmt::format("{} is {}", flag, format_duration(value)),
                  fmt::format("use {} to {}", format_duration(low), format_duration(high)));
    }
  };
  using namespace std::chrono_literals;
  duration_in_range(options.slice, 1ms, 600s, "--slice");
  duration_in_range(options.warmup, 0ms, 600s, "--warmup");
  duration_in_range(options.duration, 1ms, 3600s, "--duration");
}

}  // namespace

Plan make_plan(const Options& options, const Limits& limits, std::span<const Backend> backends,
               std::span<const Scenario> scenarios) {
  validate(options);
  std::vector<Round> first_rounds;
  for (const std::string& name : wanted_scenarios(options, scenarios)) {
    const Scenario& scenario = find_named("scenario", name, scenarios);
    const std::vector<Trial> trials = make_trials(options, backends, scenario);
    if (trials.empty()) continue;
    for (const Json& params : combinations(scenario, options.parameters)) {
      Round round{.scenario = name,
                  .params = params,
                  .windows = make_windows(options, options.interleave),
                  .trials = trials};
      round.words = work_words(scenario, params);
      if (scenario.caveats != nullptr) round.caveats = scenario.caveats(params);
      fit_windows(round, options, scenario);
      fit_descriptors(round, options, scenario, limits);
      first_rounds.push_back(std::move(round));
    }
  }
  if (first_rounds.empty()) {
    throw Error(fmt::format("there is no scenario for {}", fmt::join(options.backends, ", ")),
                "see `ringside list`");
  }
  Plan plan;
  std::mt19937_64 seeds(options.seed);
  for (int number = 1; number <= options.rounds; ++number) {
    for (Round round : first_rounds) {
      // What cannot run says so once, not once a round.
      if (number > 1 && !round.impossible.empty()) continue;
      round.number = number;
      round.seed = seeds();
      plan.rounds.push_back(std::move(round));
    }
  }
  return plan;
}

std::chrono::nanoseconds least_time(const Round& round) {
  if (!round.impossible.empty()) return std::chrono::nanoseconds(0);
  const auto slices = static_cast<std::int64_t>(round.trials.size()) * round.windows.cycles;
  const auto& windows = round.windows;
  const auto audited = static_cast<std::int64_t>(windows.audit ? round.trials.size() : 0);
  return (windows.warmup + windows.measured) * slices +
         (windows.whole_warmup + audit_length) * audited;
}

std::string describe(const Plan& plan, std::span<const Scenario> scenarios) {
  std::string text;
  std::chrono::nanoseconds total{};
  for (const Round& round : plan.rounds) {
    total += least_time(round);
    const Scenario& scenario = find_named("scenario", round.scenario, scenarios);
    std::vector<std::string> names;
    for (const Trial& trial : round.trials) {
      names.push_back(trial.backend + (trial.control     ? " (control)"
                                       : trial.reference ? " (reference)"
                                                         : ""));
    }
    text += fmt::format("round {} of {}: {}; {}\n", round.number, round.scenario,
                        scenario.describe(round.params), fmt::join(names, ", "));
    if (!round.impossible.empty()) {
      text += fmt::format("  cannot run: {}; {}\n", round.impossible, round.mend);
      continue;
    }
    const Windows& windows = round.windows;
    const std::string what = windows.interleave == Interleave::slice
                                 ? fmt::format("{} cycles of slices", windows.cycles)
                                 : "whole windows";
    const std::string warmup =
        windows.warmup.count() == 0
            ? ""
            : fmt::format(" after {} of warm-up", format_duration(windows.warmup));
    text += fmt::format("  {}: {} measured{}, seed {:#x}\n", what,
                        format_duration(windows.measured), warmup, round.seed);
    for (const std::string& caveat : round.caveats) text += fmt::format("  note: {}\n", caveat);
  }
  return text + fmt::format("at least {:.0f} s of measuring, and about a quarter more around it\n",
                            std::chrono::duration<double>(total).count());
}

}  // namespace ringside
