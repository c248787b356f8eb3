#include "harness/laws/laws.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "harness/record/measurement.hpp"
#include "harness/report/stats/estimate.hpp"
#include "harness/report/stats/paired.hpp"

namespace ringside {

namespace {

constexpr double ns_per_s = 1e9;
// As many values as it takes for their spread to say something: Student's t with fewer degrees of
// freedom than three has quantiles above 10 at this confidence.
constexpr std::size_t least_samples = 4;
// Of all windows, how many may have begun unsettled: a machine that stops for some milliseconds is
// no fault of the lengths.
constexpr double most_unsettled = 0.1;
// Of the operations in the system, how often each must have been answered in a measured part: with
// fewer turns it shows how the loop happened to stand, not how it goes on.
constexpr double least_turns = 2;
// Histograms are this fine, so their mean is no finer; see Histogram.
constexpr double histogram_width = 1.0 / 512;
// What the load passes on before it sends, in lines that do not say how long that took: the larger
// of its transports' batches.
constexpr double largest_batch = 64;

using Trials = std::span<const Measurement* const>;

std::string time_text(double ns) {
  if (ns >= 1e9) return fmt::format("{:.3g} s", ns / 1e9);
  if (ns >= 1e6) return fmt::format("{:.3g} ms", ns / 1e6);
  if (ns >= 1e3) return fmt::format("{:.3g} us", ns / 1e3);
  return fmt::format("{:.3g} ns", ns);
}

std::string rate_text(double per_s) {
  if (per_s >= 1e6) return fmt::format("{:.4g} M/s", per_s / 1e6);
  if (per_s >= 1e4) return fmt::format("{:.4g} k/s", per_s / 1e3);
  return fmt::format("{:.4g}/s", per_s);
}

/// What trials come to together.
struct Sums {
  double work = 0;
  double elapsed_ns = 0;
  double windows = 0;
  double times = 0;        // that were recorded
  double latency_ns = 0;   // of all of these
  double longest_ns = 0;   // of these
  double response_ns = 0;  // of all that began
  double idle_ns = 0;
  double started = 0;
  bool has_idle = true;
  double load_cpu_ns = 0;
};

Sums sum_up(Trials trials) {
  Sums sums;
  for (const Measurement* trial : trials) {
    sums.work += trial->work();
    sums.elapsed_ns += static_cast<double>(trial->elapsed_ns);
    sums.windows += static_cast<double>(std::max<std::size_t>(trial->slices.ops.size(), 1));
    const auto count = static_cast<double>(trial->latency.count());
    sums.times += count;
    sums.latency_ns += count * static_cast<double>(trial->latency.mean().count());
    sums.longest_ns =
        std::max(sums.longest_ns, static_cast<double>(trial->latency.all().max().count()));
    sums.has_idle &= !trial->slices.started.empty();
    for (const std::int64_t time : trial->slices.response_ns) {
      sums.response_ns += static_cast<double>(time);
    }
    for (const std::int64_t time : trial->slices.idle_ns) sums.idle_ns += static_cast<double>(time);
    for (const std::uint64_t begun : trial->slices.started) {
      sums.started += static_cast<double>(begun);
    }
    if (trial->generator && std::isfinite(trial->generator->cpu_ns_per_op)) {
      sums.load_cpu_ns += trial->generator->cpu_ns_per_op * trial->work();
    }
  }
  return sums;
}

double throughput_of(const Sums& sums) {
  return sums.elapsed_ns > 0 ? sums.work * ns_per_s / sums.elapsed_ns : 0;
}

/// Lines of ringside 0.1 do not say it, but their parameters do.
std::optional<InSystem> in_system(const Measurement& trial) {
  if (trial.in_system) return trial.in_system;
  const Json& params = trial.params;
  if (!params.is_object() || params.value("arrival", std::string()) != "closed") {
    return std::nullopt;
  }
  const auto count = [&](const char* name) -> std::uint64_t {
    const auto found = params.find(name);
    return found != params.end() && found->is_number() ? found->get<std::uint64_t>() : 1;
  };
  return InSystem{.operations = count("connections") * count("pipeline"), .exact = true};
}

/// What an account of windows can be wrong by though nothing is: the share of their work that hung
/// over one edge, on average over so many windows. What hangs there is no longer than the longest
/// time; of few windows all may have met it.
double edge_share(const Sums& sums, double operations) {
  if (sums.work == 0 || sums.elapsed_ns == 0) return 1;
  const double usual = operations * std::sqrt(sums.windows) / sums.work;
  if (sums.windows >= static_cast<double>(least_samples)) return usual;
  return std::max(usual, sums.longest_ns * sums.windows / sums.elapsed_ns);
}

/// By how much the mean of values is surely away from 0 (`sign` 1 or -1), as far as their spread
/// tells; nothing when there are too few of them.
std::optional<double> surely_beyond(std::span<const double> values, double sign) {
  if (values.size() < least_samples) return std::nullopt;
  const boost::math::students_t distribution(static_cast<double>(values.size() - 1));
  const double reach =
      quantile(complement(distribution, 1 - law_confidence)) * std::sqrt(variance_of_mean(values));
  return sign * mean(values) - reach;
}

/// The figure for each slice of a lone trial, or for each trial of several. What is not finite is
/// left out.
std::vector<double> samples(
    Trials trials, const std::function<double(const Measurement&, std::size_t)>& of_slice) {
  std::vector<double> values;
  for (const Measurement* trial : trials) {
    std::vector<double> of_trial;
    for (std::size_t cycle = 0; cycle < trial->slices.ops.size(); ++cycle) {
      const double value = of_slice(*trial, cycle);
      if (std::isfinite(value)) of_trial.push_back(value);
    }
    if (of_trial.empty()) continue;
    if (trials.size() == 1) return of_trial;
    values.push_back(mean(of_trial));
  }
  return values;
}

/// Whether a deviation is more than its tolerance and its noise: that of the samples where there
/// are enough of them, else what hung over the edges. Some strange slices break no law: the middle
/// one must be beyond the tolerance as well.
bool is_broken(double deviation, double tolerance, std::span<const double> values, double edges) {
  const double sign = deviation < 0 ? -1 : 1;
  if (std::abs(deviation) <= tolerance) return false;
  const auto sure = surely_beyond(values, sign);
  if (!sure) return std::abs(deviation) > tolerance + edges;
  return *sure > tolerance && sign * median({values.begin(), values.end()}) > tolerance;
}

std::optional<BrokenLaw> broken(Law law, const std::string& sides) {
  return BrokenLaw{law, fmt::format("{} is broken: {}", to_string(law), sides)};
}

std::optional<BrokenLaw> check_conservation(Trials trials) {
  for (const Measurement* trial : trials) {
    if (!trial->conservation) continue;
    const Conservation& all = *trial->conservation;
    const std::uint64_t completed = all.completed_in_window + all.completed_after;
    if (all.started != completed + all.failed) {
      return broken(
          Law::conservation,
          fmt::format("{} operations began in the measured parts, {} completed in them, "
                      "{} after and {} failed",
                      all.started, all.completed_in_window, all.completed_after, all.failed));
    }
    if (trial->latency.count() != completed) {
      return broken(Law::conservation,
                    fmt::format("{} operations that began in the measured parts completed, and the "
                                "times of {} were recorded",
                                completed, trial->latency.count()));
    }
  }
  const Sums sums = sum_up(trials);
  const double slack = sums.response_ns * histogram_width + sums.times;
  if (sums.has_idle && std::abs(sums.latency_ns - sums.response_ns) > slack) {
    return broken(Law::conservation,
                  fmt::format("operations took {} in all, and the recorded times add up to {}",
                              time_text(sums.response_ns), time_text(sums.latency_ns)));
  }
  return std::nullopt;
}

std::optional<BrokenLaw> check_cpus(Trials trials, const CpusGiven& cpus, double operations) {
  const auto used = samples(trials, [&](const Measurement& trial, std::size_t cycle) {
    const auto elapsed = static_cast<double>(trial.slices.elapsed_ns[cycle]);
    const double share = static_cast<double>(trial.slices.cpu_ns[cycle]) / elapsed;
    return trial.cpu ? share / static_cast<double>(cpus.backend) - 1
                     : std::numeric_limits<double>::quiet_NaN();
  });
  double cpu_ns = 0;
  for (const Measurement* trial : trials) {
    if (trial->cpu) cpu_ns += trial->cpu->total_ns_per_op * trial->work();
  }
  const Sums sums = sum_up(trials);
  const double in_use = cpu_ns / sums.elapsed_ns;
  const double deviation = in_use / static_cast<double>(cpus.backend) - 1;
  if (deviation <= 0) return std::nullopt;
  if (!is_broken(deviation, utilisation_tolerance, used, edge_share(sums, operations))) {
    return std::nullopt;
  }
  return broken(
      Law::utilisation,
      fmt::format("{} x {} of CPU an operation are {:.3g} CPUs, and the backend was given "
                  "{}",
                  rate_text(throughput_of(sums)), time_text(cpu_ns / sums.work), in_use,
                  cpus.backend));
}

/// One part of the load, which runs on one CPU at a time.
struct LoadPart {
  std::string_view name;
  double cpus_used = 0;
  double tolerance = 0;
};

/// The load's threads read their own clocks. The leaves' clock is read from outside, around the
/// whole window with its beginning and end, and their share of it is an average.
std::vector<LoadPart> load_parts(const Measurement& trial) {
  constexpr double leaves_tolerance = 0.05;
  const auto figure = [&](const char* name) -> std::optional<double> {
    const auto found = trial.figures.find(name);
    return found != trial.figures.end() && found->second ? found->second.value : std::nullopt;
  };
  const auto leaves = figure("leaves_cpu_utilisation");
  const auto clients = figure("clients_cpu_utilisation");
  if (leaves && clients) {
    return {{"the load's busiest thread", *clients, utilisation_tolerance},
            {"the leaves' process", *leaves, leaves_tolerance}};
  }
  return {{"the load's busiest thread", trial.generator->cpu_utilisation, utilisation_tolerance}};
}

std::optional<BrokenLaw> check_load_cpu(Trials trials, const CpusGiven& cpus, double operations) {
  const Sums sums = sum_up(trials);
  const double tolerance = 1 + edge_share(sums, operations);
  for (const Measurement* trial : trials) {
    if (!trial->generator) continue;
    for (const LoadPart& part : load_parts(*trial)) {
      if (!(part.cpus_used > tolerance + part.tolerance)) continue;
      return broken(Law::utilisation,
                    fmt::format("{} used {:.3g} CPUs, and has one", part.name, part.cpus_used));
    }
  }
  const double load = sums.load_cpu_ns / sums.elapsed_ns;
  if (cpus.load > 0 &&
      load > static_cast<double>(cpus.load) * (tolerance + utilisation_tolerance)) {
    return broken(Law::utilisation,
                  fmt::format("the load used {:.3g} CPUs, and was given {}", load, cpus.load));
  }
  return std::nullopt;
}

std::optional<BrokenLaw> check_utilisation(Trials trials) {
  const Measurement& first = *trials.front();
  if (!first.cpus || first.cpus->backend == 0) return std::nullopt;
  const auto system = in_system(first);
  const double operations = system ? static_cast<double>(system->operations) : 0;
  if (auto found = check_cpus(trials, *first.cpus, operations)) return found;
  return check_load_cpu(trials, *first.cpus, operations);
}

/// Little's law where both of its sides were measured.
std::optional<BrokenLaw> check_little_exactly(Trials trials, double operations) {
  const auto deviations = samples(trials, [&](const Measurement& trial, std::size_t cycle) {
    const Slices& slices = trial.slices;
    const double rate = slices.work(cycle) / static_cast<double>(slices.elapsed_ns[cycle]);
    const double turn = static_cast<double>(slices.response_ns[cycle] + slices.idle_ns[cycle]) /
                        static_cast<double>(slices.started[cycle]);
    return rate * turn / operations - 1;
  });
  const Sums sums = sum_up(trials);
  if (sums.started == 0 || sums.elapsed_ns == 0) return std::nullopt;
  const double latency = sums.latency_ns / sums.times;
  const double own = sums.idle_ns / sums.started;
  const double found = sums.work / sums.elapsed_ns * (latency + own);
  if (!is_broken(found / operations - 1, little_tolerance, deviations,
                 edge_share(sums, operations))) {
    return std::nullopt;
  }
  return broken(Law::little,
                fmt::format("{:.0f} operations were in the system, and {} x ({} of latency + {} of "
                            "the load's own) make {:.3g}",
                            operations, rate_text(throughput_of(sums)), time_text(latency),
                            time_text(own), found));
}

/// Little's law as a bound: where so many operations are the most there can be, or where the load's
/// own time is not known (lines of ringside 0.1) but can be bounded by its CPU.
std::optional<BrokenLaw> check_little_bounds(Trials trials, const InSystem& system) {
  const Sums sums = sum_up(trials);
  if (sums.times == 0 || sums.elapsed_ns == 0) return std::nullopt;
  const auto operations = static_cast<double>(system.operations);
  const double rate = sums.work / sums.elapsed_ns;
  const double latency = sums.latency_ns / sums.times;
  const double slack = little_tolerance + edge_share(sums, operations);
  const double least = rate * latency / operations;
  if (least > 1 + slack) {
    return broken(Law::little, fmt::format("{:.0f} operations at most were in the system, and {} x "
                                           "{} of latency make {:.4g}",
                                           operations, rate_text(throughput_of(sums)),
                                           time_text(latency), least * operations));
  }
  if (!system.exact || sums.load_cpu_ns == 0) return std::nullopt;
  const double own = largest_batch * sums.load_cpu_ns / sums.work;
  const double most = rate * (latency + own) / operations;
  if (most > 1 - slack) return std::nullopt;
  return broken(Law::little,
                fmt::format("{:.0f} operations were in the system, and {} x ({} of latency + {} of "
                            "the load's own at most) make {:.3g}",
                            operations, rate_text(throughput_of(sums)), time_text(latency),
                            time_text(own), most * operations));
}

std::optional<BrokenLaw> check_little(Trials trials) {
  const auto system = in_system(*trials.front());
  if (!system || system->operations == 0) return std::nullopt;
  if (system->exact && sum_up(trials).has_idle) {
    return check_little_exactly(trials, static_cast<double>(system->operations));
  }
  return check_little_bounds(trials, *system);
}

std::optional<BrokenLaw> check_settled(Trials trials) {
  std::uint64_t unsettled = 0;
  std::size_t windows = 0;
  for (const Measurement* trial : trials) {
    if (!trial->windows) return std::nullopt;
    unsettled += trial->windows->unsettled;
    windows += std::max<std::size_t>(trial->slices.ops.size(), 1);
  }
  if (static_cast<double>(unsettled) <= most_unsettled * static_cast<double>(windows)) {
    return std::nullopt;
  }
  return broken(
      Law::steady_state,
      fmt::format("in {} of {} windows the measured part began before every connection had "
                  "been answered several times",
                  unsettled, windows));
}

std::optional<BrokenLaw> check_turns(Trials trials) {
  const auto system = in_system(*trials.front());
  if (!system || !system->exact || system->operations == 0) return std::nullopt;
  const Sums sums = sum_up(trials);
  const double turns = sums.work / sums.windows / static_cast<double>(system->operations);
  if (turns >= least_turns) return std::nullopt;
  return broken(Law::steady_state,
                fmt::format("measured parts of {} held {:.2g} turns of the {} operations in the "
                            "system",
                            time_text(sums.elapsed_ns / sums.windows), turns, system->operations));
}

std::optional<BrokenLaw> check_halves(Trials trials) {
  const auto differences = samples(trials, [](const Measurement& trial, std::size_t cycle) {
    const Slices& slices = trial.slices;
    if (slices.first_half_ns.empty()) return std::numeric_limits<double>::quiet_NaN();
    const auto first_ns = static_cast<double>(slices.first_half_ns[cycle]);
    const double second_ns = static_cast<double>(slices.elapsed_ns[cycle]) - first_ns;
    const double second = slices.work_ops[cycle] - slices.first_half_ops[cycle];
    return std::log(slices.first_half_ops[cycle] / first_ns) - std::log(second / second_ns);
  });
  // One window alone may have met another machine in its second half.
  if (differences.size() < least_samples) return std::nullopt;
  const double middle = mean(differences);
  if (!is_broken(middle, steady_tolerance, differences, 0)) return std::nullopt;
  const double rate = throughput_of(sum_up(trials));
  return broken(
      Law::steady_state,
      fmt::format("the first halves of the measured parts saw {} and the second halves {}",
                  rate_text(rate * std::exp(middle / 2)), rate_text(rate * std::exp(-middle / 2))));
}

std::optional<BrokenLaw> first_broken(Trials trials) {
  for (const auto check : {check_conservation, check_utilisation, check_little, check_settled,
                           check_turns, check_halves}) {
    if (auto found = check(trials)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Law law) noexcept {
  switch (law) {
    case Law::conservation:
      return "the conservation of operations";
    case Law::utilisation:
      return "the utilisation law";
    case Law::little:
      return "Little's law";
    case Law::steady_state:
      return "the steady state";
  }
  return {};
}

std::optional<BrokenLaw> broken_law(const Measurement& trial) {
  if (trial.elapsed_ns == 0 || trial.work() == 0) return std::nullopt;
  const Measurement* const one = &trial;
  return first_broken(std::span(&one, 1));
}

std::optional<BrokenLaw> broken_law(std::span<const Measurement* const> rounds) {
  if (rounds.size() < least_samples) return std::nullopt;
  return first_broken(rounds);
}

std::string mend_for(const Measurement& trial) {
  if (!trial.windows) return "measure again: this run is of a ringside that did not check it";
  if (trial.windows->rotation_ns) {
    return "measure again on a quieter machine, or longer: --interleave trial --duration 5s";
  }
  return "leave out --slice, --warmup and --duration, so that lengths follow from the work";
}

void judge_by_laws(Measurement& trial) {
  if (trial.status != Status::ok) return;
  const auto found = broken_law(trial);
  if (!found) return;
  trial.status = Status::invalid;
  trial.reason = found->sentence;
  trial.mend = mend_for(trial);
}

}  // namespace ringside
