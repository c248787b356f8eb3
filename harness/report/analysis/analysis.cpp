#include "harness/report/analysis/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "harness/laws/laws.hpp"
#include "harness/record/work_words.hpp"
#include "harness/report/analysis/findings.hpp"
#include "harness/report/stats/ranks.hpp"

namespace ringside {

namespace {

/// A group while its trials are still being gathered.
struct Gathered {
  Group group;
  std::vector<RowTrials> trials;  ///< by row
};

std::size_t group_of(std::vector<Gathered>& gathered, const Measurement& trial) {
  const auto found = std::ranges::find_if(gathered, [&](const Gathered& one) {
    return one.group.scenario == trial.scenario && same_params(one.group.params, trial.params);
  });
  if (found != gathered.end()) return static_cast<std::size_t>(found - gathered.begin());
  gathered.emplace_back();
  gathered.back().group.scenario = trial.scenario;
  gathered.back().group.params = trial.params;
  gathered.back().group.words = words_of(trial);
  return gathered.size() - 1;
}

std::size_t row_of(Gathered& gathered, const Measurement& trial) {
  std::vector<Row>& rows = gathered.group.rows;
  const auto found = std::ranges::find_if(rows, [&](const Row& row) {
    return row.backend == trial.backend && row.control == trial.control;
  });
  if (found != rows.end()) return static_cast<std::size_t>(found - rows.begin());
  rows.emplace_back();
  rows.back().backend = trial.backend;
  rows.back().control = trial.control;
  rows.back().baseline = trial.baseline && !trial.control;
  rows.back().reference = trial.reference;
  rows.back().backend_version = trial.backend_version;
  gathered.trials.emplace_back();
  return rows.size() - 1;
}

std::vector<Gathered> gather(std::span<const Measurement> trials) {
  std::vector<Gathered> gathered;
  for (const Measurement& trial : trials) {
    Gathered& in = gathered[group_of(gathered, trial)];
    RowTrials& row = in.trials[row_of(in, trial)];
    row.all.try_emplace(trial.round, &trial);
    if (trial.status == Status::ok) row.ok.try_emplace(trial.round, &trial);
    if (trial.in_slices()) {
      in.group.cycles_per_round = std::max(in.group.cycles_per_round, trial.slices.ops.size());
    }
  }
  return gathered;
}

/// The mean of `per_op(figure)` over rounds, each weighted with its operations.
template <typename T, typename PerOp>
double per_op_of_all(const RowTrials& trials, Measured<T> Measurement::*figure, PerOp per_op) {
  double sum = 0;
  double ops = 0;
  for (const auto& [round, trial] : trials.ok) {
    if (!(trial->*figure)) continue;
    sum += per_op(*(trial->*figure)) * trial->work();
    ops += trial->work();
  }
  return sum / ops;
}

/// The first round that has the figure, or a reason of why none does. Rounds without operations
/// have no figure per operation.
template <typename T>
Measured<T> first_of(const RowTrials& trials, Measured<T> Measurement::*figure) {
  std::string reason = "no good round";
  for (const auto& [round, trial] : trials.ok) {
    const Measured<T>& value = trial->*figure;
    if (value && trial->work() > 0) return value;
    reason = value ? "no operations" : value.reason;
  }
  return Measured<T>::unknown(reason);
}

Measured<std::uint64_t> greatest_of(const RowTrials& trials,
                                    Measured<std::uint64_t> Measurement::*figure) {
  auto greatest = Measured<std::uint64_t>::unknown("no good round");
  for (const auto& [round, trial] : trials.ok) {
    const Measured<std::uint64_t>& value = trial->*figure;
    if (!value && !greatest) greatest = value;
    if (value && (!greatest || *value > *greatest)) greatest = value;
  }
  return greatest;
}

Measured<CpuUse> cpu_of(const RowTrials& trials) {
  Measured<CpuUse> cpu = first_of(trials, &Measurement::cpu);
  if (!cpu) return cpu;
  const auto weighted = [&](double CpuUse::*part) {
    return per_op_of_all(trials, &Measurement::cpu, [&](const CpuUse& use) { return use.*part; });
  };
  return CpuUse{.user_ns_per_op = weighted(&CpuUse::user_ns_per_op),
                .system_ns_per_op = weighted(&CpuUse::system_ns_per_op),
                .total_ns_per_op = weighted(&CpuUse::total_ns_per_op),
                .utilisation = weighted(&CpuUse::utilisation)};
}

Measured<ContextSwitches> switches_of(const RowTrials& trials) {
  Measured<ContextSwitches> switches = first_of(trials, &Measurement::context_switches);
  if (!switches) return switches;
  ContextSwitches all;
  all.source = switches->source;
  all.per_op = per_op_of_all(trials, &Measurement::context_switches,
                             [](const ContextSwitches& one) { return one.per_op; });
  for (const auto& [round, trial] : trials.ok) {
    if (!trial->context_switches) continue;
    all.voluntary += trial->context_switches->voluntary;
    all.involuntary += trial->context_switches->involuntary;
  }
  return all;
}

Measured<SystemCalls> syscalls_of(const RowTrials& trials) {
  Measured<SystemCalls> syscalls = first_of(trials, &Measurement::syscalls);
  if (!syscalls) return syscalls;
  const double per_op = per_op_of_all(trials, &Measurement::syscalls,
                                      [](const SystemCalls& one) { return one.per_op; });
  return SystemCalls{.per_op = per_op, .source = syscalls->source};
}

/// Operations of a connection, on average; between the least and the most where the parameters do
/// not say how many connections there were.
double ops_per_connection(const Measurement& trial) {
  const Json connections = trial.params.value("connections", Json());
  if (connections.is_number() && connections.get<double>() > 0) {
    return static_cast<double>(trial.ops) / connections.get<double>();
  }
  const auto least = static_cast<double>(trial.generator->least_ops_per_connection);
  return (least + static_cast<double>(trial.generator->most_ops_per_connection)) / 2;
}

std::optional<Evenness> fairness_of(const RowTrials& trials) {
  // With fewer, the least and the most of many connections differ by a factor of two by chance
  // alone: what one completes is scattered by the root of its mean (Poisson), and of thousands some
  // are three to four such roots off. At 100 that is 65 and 135.
  constexpr double telling_ops = 100;
  std::optional<Evenness> worst;
  const auto evenness = [](const Evenness& fairness) {
    return std::pair(!fairness.is_telling,
                     static_cast<double>(fairness.least_ops_per_connection) /
                         static_cast<double>(fairness.most_ops_per_connection));
  };
  for (const auto& [round, trial] : trials.ok) {
    if (!trial->generator) continue;
    const Evenness one{trial->generator->least_ops_per_connection,
                       trial->generator->most_ops_per_connection,
                       ops_per_connection(*trial) >= telling_ops};
    if (one.most_ops_per_connection == 0) continue;
    if (!worst || evenness(one) < evenness(*worst)) worst = one;
  }
  return worst;
}

void sum_up_generator(Row& row, const RowTrials& trials) {
  row.generator_cpu_utilisation = Measured<double>::unknown("no good round");
  for (const auto& [round, trial] : trials.ok) {
    if (!trial->generator) {
      row.generator_cpu_utilisation = Measured<double>::unknown(trial->generator.reason);
      continue;
    }
    const double utilisation = trial->generator->cpu_utilisation;
    row.throughput_is_lower_bound |= trial->generator->saturated;
    if (std::isnan(utilisation)) continue;
    if (!row.generator_cpu_utilisation || utilisation > *row.generator_cpu_utilisation) {
      row.generator_cpu_utilisation = utilisation;
    }
  }
}

void sum_up_throughput(Row& row, const RowTrials& trials) {
  double bytes = 0;
  double work = 0;
  std::int64_t elapsed_ns = 0;
  std::vector<const Latencies*> latencies;
  for (const auto& [round, trial] : trials.ok) {
    row.ops += trial->ops;
    row.verified_ops += trial->verified_ops;
    work += trial->work();
    bytes += static_cast<double>(trial->bytes);
    elapsed_ns += trial->elapsed_ns;
    latencies.push_back(&trial->latency);
  }
  row.latency = Latencies::merged(latencies);
  row.elapsed_s = static_cast<double>(elapsed_ns) / 1e9;
  if (elapsed_ns == 0) {
    row.throughput_ops_per_s = Measured<double>::unknown("no measured time");
    row.throughput_bytes_per_s = row.throughput_ops_per_s;
    return;
  }
  row.throughput_ops_per_s = work / row.elapsed_s;
  row.throughput_bytes_per_s = bytes / row.elapsed_s;
}

RowStatus status_of(const RowTrials& trials) {
  if (trials.ok.size() == trials.all.size()) return RowStatus::ok;
  if (!trials.ok.empty()) return RowStatus::partly;
  const auto any = [&](Status status) {
    return std::ranges::any_of(trials.all,
                               [&](const auto& trial) { return trial.second->status == status; });
  };
  if (any(Status::failed)) return RowStatus::failed;
  return any(Status::invalid) || trials.broke_together ? RowStatus::invalid : RowStatus::skipped;
}

void sum_up_words(Row& row, const RowTrials& trials) {
  for (const auto& [round, trial] : trials.all) {
    for (const std::string& caveat : trial->caveats) {
      if (std::ranges::find(row.caveats, caveat) == row.caveats.end()) {
        row.caveats.push_back(caveat);
      }
    }
    for (const auto& [name, value] : trial->effective) row.effective[name] = value;
    if (trial->status == Status::ok || !row.reason.empty()) continue;
    row.reason = trial->reason.empty() ? "no reason given" : trial->reason;
    row.mend = trial->mend;
  }
}

/// Means over rounds, each weighted with its operations, of what only this scenario measures.
void sum_up_own_figures(Row& row, const RowTrials& trials) {
  struct Sum {
    double figures = 0;
    double ops = 0;
  };
  std::map<std::string, Sum> sums;
  std::map<std::string, std::vector<const Latencies*>> times;
  for (const auto& [round, trial] : trials.ok) {
    for (const auto& [name, histogram] : trial->times) times[name].push_back(&histogram);
    for (const auto& [name, figure] : trial->figures) {
      if (!figure) {
        row.figures.try_emplace(name, figure);
        continue;
      }
      Sum& sum = sums[name];
      sum.figures += *figure * trial->work();
      sum.ops += trial->work();
    }
  }
  for (const auto& [name, histograms] : times) row.times[name] = Latencies::merged(histograms);
  for (const auto& [name, sum] : sums) {
    row.figures[name] = sum.ops > 0 ? Measured<double>(sum.figures / sum.ops)
                                    : Measured<double>::unknown("no operations");
  }
}

/// What rounds together break, all of them are invalid for: none of their figures may be used.
/// Those that broke it alone count too, or the others would be the ones that chance has let pass.
void judge_together(Row& row, RowTrials& trials) {
  std::vector<const Measurement*> rounds;
  for (const auto& [round, trial] : trials.all) {
    const bool judged = trial->status == Status::ok || trial->status == Status::invalid;
    if (judged && trial->elapsed_ns > 0 && trial->work() > 0) rounds.push_back(trial);
  }
  const auto found = broken_law(rounds);
  if (!found || trials.ok.empty()) return;
  row.reason = found->sentence;
  row.mend = mend_for(*rounds.front());
  trials.ok.clear();
  trials.broke_together = true;
}

std::size_t count_slices(std::span<const Measurement> trials) {
  std::size_t slices = 0;
  for (const Measurement& trial : trials) slices += trial.slices.ops.size();
  return slices;
}

void sum_up(Row& row, RowTrials& trials, std::size_t cycles_per_slice_point) {
  judge_together(row, trials);
  row.rounds = trials.all.size();
  row.rounds_ok = trials.ok.size();
  row.status = status_of(trials);
  sum_up_words(row, trials);
  sum_up_throughput(row, trials);
  sum_up_generator(row, trials);
  row.cpu = cpu_of(trials);
  row.context_switches = switches_of(trials);
  row.syscalls = syscalls_of(trials);
  row.max_rss_bytes = greatest_of(trials, &Measurement::max_rss_bytes);
  row.threads_peak = greatest_of(trials, &Measurement::threads_peak);
  row.kernel_workers = greatest_of(trials, &Measurement::kernel_workers);
  row.fairness = fairness_of(trials);
  sum_up_own_figures(row, trials);
  row.audit = audit_of(trials);
  row.bands = bands_of(trials);
  row.slices = slice_series(trials, cycles_per_slice_point);
}

void find_roles(Group& group) {
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    group.rounds = std::max(group.rounds, group.rows[i].rounds);
    if (group.rows[i].baseline && !group.baseline) group.baseline = i;
    if (group.rows[i].control && !group.control) group.control = i;
  }
}

/// Throughput, unless the generator may have been what limited it.
void choose_ranking(Group& group) {
  const auto saturated = [](const Row& row) { return row.throughput_is_lower_bound; };
  if (!std::ranges::any_of(group.rows, saturated)) return;
  const auto has_cpu = [](const Row& row) { return row.rounds_ok == 0 || row.cpu; };
  if (!std::ranges::all_of(group.rows, has_cpu)) {
    group.ranking_reason =
        "the load generator was saturated, so throughput is a lower bound, but CPU per operation, "
        "which would be the better measure, is not known for every row";
    return;
  }
  group.ranking_metric = Metric::cpu_per_op;
  group.ranking_reason = "the load generator was saturated, so throughput is only a lower bound";
}

bool is_ranked(const Row& row) {
  return !row.control && !row.reference;
}

std::vector<ComparedPair> backend_pairs(const Gathered& gathered) {
  std::vector<ComparedPair> pairs;
  const Group& group = gathered.group;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    for (std::size_t j = i + 1; j < group.rows.size(); ++j) {
      if (!is_ranked(group.rows[i]) || !is_ranked(group.rows[j])) continue;
      const bool swap = group.baseline == i;
      const std::size_t a = swap ? j : i;
      const std::size_t b = swap ? i : j;
      pairs.push_back({a, b, &gathered.trials[a], &gathered.trials[b]});
    }
  }
  return pairs;
}

void compare_backends(Gathered& gathered) {
  const std::vector<ComparedPair> pairs = backend_pairs(gathered);
  for (const Metric metric : all_metrics) {
    std::ranges::move(compare_family(pairs, metric),
                      std::back_inserter(gathered.group.comparisons));
  }
}

/// References are a family apart: that there are some must not widen the backends' intervals.
void compare_references(Gathered& gathered) {
  Group& group = gathered.group;
  if (!group.baseline) return;
  std::vector<ComparedPair> pairs;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    if (!group.rows[i].reference) continue;
    pairs.push_back({i, *group.baseline, &gathered.trials[i], &gathered.trials[*group.baseline]});
  }
  for (const Metric metric : all_metrics) {
    std::ranges::move(compare_family(pairs, metric),
                      std::back_inserter(group.reference_comparisons));
  }
}

/// The controls of a run are one family: the more groups, the likelier one of them strays by
/// chance.
void compare_controls(std::vector<Gathered>& all) {
  std::vector<ComparedPair> pairs;
  std::vector<Group*> groups;
  for (Gathered& gathered : all) {
    const auto& [control, baseline] = std::pair(gathered.group.control, gathered.group.baseline);
    if (!control || !baseline) continue;
    pairs.push_back({*control, *baseline, &gathered.trials[*control], &gathered.trials[*baseline]});
    groups.push_back(&gathered.group);
  }
  for (const Metric metric : all_metrics) {
    std::vector<Comparison> family = compare_family(pairs, metric);
    for (std::size_t i = 0; i < family.size(); ++i) {
      groups[i]->control_comparisons.push_back(std::move(family[i]));
    }
  }
}

}  // namespace

std::string_view to_string(RowStatus status) noexcept {
  switch (status) {
    case RowStatus::ok:
      return "ok";
    case RowStatus::partly:
      return "partly";
    case RowStatus::failed:
      return "failed";
    case RowStatus::skipped:
      return "skipped";
    case RowStatus::invalid:
      return "invalid";
  }
  return {};
}

const Comparison* find_comparison(const Group& group, std::size_t one, std::size_t other,
                                  Metric metric) {
  const auto found = std::ranges::find_if(group.comparisons, [&](const Comparison& comparison) {
    return comparison.metric == metric && ((comparison.a == one && comparison.b == other) ||
                                           (comparison.a == other && comparison.b == one));
  });
  return found == group.comparisons.end() ? nullptr : &*found;
}

const Comparison* against_baseline(const Group& group, std::size_t row, Metric metric) {
  if (!group.baseline || row == *group.baseline) return nullptr;
  if (is_ranked(group.rows[row])) return find_comparison(group, row, *group.baseline, metric);
  const auto& apart =
      group.rows[row].control ? group.control_comparisons : group.reference_comparisons;
  const auto found = std::ranges::find_if(apart, [&](const Comparison& comparison) {
    return comparison.metric == metric && comparison.a == row;
  });
  return found == apart.end() ? nullptr : &*found;
}

bool is_whole(const Group& group, std::size_t row) {
  return group.rows[row].rounds_ok == group.rounds;
}

std::vector<std::optional<int>> rank_rows(const Group& group, Metric metric) {
  std::vector<Win> wins;
  std::vector<bool> compared(group.rows.size(), false);
  std::vector<bool> left_out(group.rows.size(), false);
  std::vector<std::optional<int>> result(group.rows.size());
  for (const Comparison& comparison : group.comparisons) {
    const auto& [a, b] = std::pair(comparison.a, comparison.b);
    if (comparison.metric != metric) continue;
    if (is_unjudged(comparison)) {
      if (is_whole(group, a) && is_whole(group, b)) return result;
      for (const std::size_t row : {a, b}) left_out[row] = left_out[row] || !is_whole(group, row);
      continue;
    }
    if (!comparison.p_adjusted) continue;
    compared[a] = compared[b] = true;
    if (a_is_better(comparison)) wins.push_back({a, b});
    if (b_is_better(comparison)) wins.push_back({b, a});
  }
  const std::vector<int> by_row = ranks(group.rows.size(), wins);
  std::vector<std::size_t> ranked;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (compared[i] && !left_out[i]) ranked.push_back(i);
  }
  if (ranked.size() < 2) return result;  // one alone has nobody to be better than
  for (const std::size_t i : ranked) result[i] = by_row[i];
  return result;
}

Analysis analyse(std::span<const Measurement> trials) {
  std::vector<Gathered> all = gather(trials);
  const std::size_t cycles = cycles_per_point(count_slices(trials));
  for (Gathered& gathered : all) {
    Group& group = gathered.group;
    for (std::size_t i = 0; i < group.rows.size(); ++i) {
      sum_up(group.rows[i], gathered.trials[i], cycles);
    }
    find_roles(group);
    choose_ranking(group);
    compare_backends(gathered);
    compare_references(gathered);
    const auto by_row = rank_rows(group, group.ranking_metric);
    for (std::size_t i = 0; i < by_row.size(); ++i) group.rows[i].rank = by_row[i];
  }
  compare_controls(all);
  Analysis analysis;
  analysis.wrong_data = std::ranges::any_of(trials, &Measurement::wrong_data);
  for (Gathered& gathered : all) analysis.groups.push_back(std::move(gathered.group));
  analysis.sweeps = find_sweeps(analysis.groups);
  analysis.findings = find_what_matters(analysis.groups, analysis.sweeps, trials);
  return analysis;
}

}  // namespace ringside
