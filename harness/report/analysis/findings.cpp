#include "harness/report/analysis/findings.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/sweeps.hpp"
#include "harness/report/analysis/units.hpp"

namespace ringside {

namespace {

constexpr double notable_tail = 1.5;       // times the lowest p99 of the group
constexpr double uneven = 2.0;             // most over least operations of a connection
constexpr double calm_cacheline_ns = 100;  // 50 to 65 on calm machines
constexpr double notable_steal = 0.01;
constexpr double notable_other_cpu = 0.05;

std::string percent(double share) {
  return significant(share * 100, 2) + " %";
}

std::string list_of(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  const std::vector<std::string> all_but_last(names.begin(), names.end() - 1);
  return fmt::format("{} and {}", fmt::join(all_but_last, ", "), names.back());
}

std::string interval_text(double low, double high) {
  return fmt::format("{} to {}", as_difference(low), as_difference(high));
}

std::optional<std::chrono::nanoseconds> p99_of(const Row& row) {
  return row.latency.supported_percentile(99);
}

/// Collects findings as sentences.
class Findings {
 public:
  void add(FindingKind kind, bool warning, std::string text) {
    add(kind, warning, std::nullopt, std::move(text));
  }

  void add(FindingKind kind, bool warning, std::optional<std::size_t> group, std::string text) {
    if (!text.ends_with('.')) text += '.';
    all_.push_back({kind, warning, group, std::move(text)});
  }

  std::vector<Finding> take() { return std::move(all_); }

 private:
  std::vector<Finding> all_;
};

std::string name_of(const Row& row) {
  return row.backend + (row.control ? " (control)" : row.reference ? " (reference)" : "");
}

const Comparison* control_of(const Group& group) {
  if (!group.control) return nullptr;
  return against_baseline(group, *group.control, group.ranking_metric);
}

void add_straying_control(Findings& findings, std::span<const Group> groups, std::size_t index) {
  const Group& group = groups[index];
  const Comparison& control = *control_of(group);
  const std::string& name = group.rows[*group.baseline].backend;
  const std::string which = distinguish(groups, index);
  findings.add(
      FindingKind::control, true, index,
      fmt::format(
          "The control, a second copy of {}, differs from {} by {} in {} ({}){}: on this "
          "machine, today, differences of that size mean nothing",
          name, name, as_difference(*control.ratio), noun_of(group.ranking_metric, group.words),
          interval_text(*control.low, *control.high), which.empty() ? which : " with " + which));
}

/// `unjudged` are those whose rounds are too few, or differ too much, to say anything.
void add_calm_controls(Findings& findings, const std::vector<const Comparison*>& calm,
                       const std::vector<const Comparison*>& unjudged) {
  const auto width = [](const Comparison* control) { return *control->high / *control->low; };
  const Comparison& widest = **std::ranges::max_element(calm, {}, width);
  const std::size_t all = calm.size() + unjudged.size();
  const std::string where =
      all == 1           ? ""
      : unjudged.empty() ? fmt::format(" in all {} comparisons (the widest)", all)
                         : fmt::format(" in {} of {} comparisons (the widest)", calm.size(), all);
  const std::string others = unjudged.empty() ? ""
                                              : fmt::format(". Elsewhere it cannot be judged ({})",
                                                            unjudged.front()->reason);
  findings.add(FindingKind::control, !unjudged.empty(),
               fmt::format("The control, a second copy of the baseline, agrees with it to within "
                           "{}{}: that is what no difference looks like on this machine today{}",
                           interval_text(*widest.low, *widest.high), where, others));
}

void add_control_findings(Findings& findings, std::span<const Group> groups) {
  std::vector<const Comparison*> calm;
  std::vector<const Comparison*> unjudged;
  bool strays = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Comparison* control = control_of(groups[i]);
    if (control == nullptr) continue;
    if (!control->p_adjusted) {
      unjudged.push_back(control);
    } else if (control->significant) {
      strays = true;
      add_straying_control(findings, groups, i);
    } else {
      calm.push_back(control);
    }
  }
  if (strays) return;
  if (calm.empty()) {
    findings.add(FindingKind::control, true,
                 fmt::format("{}, so nothing shows what no difference looks like on this machine",
                             unjudged.empty() ? "No control was run"
                                              : fmt::format("The control cannot be judged ({})",
                                                            unjudged.front()->reason)));
    return;
  }
  add_calm_controls(findings, calm, unjudged);
}

/// What the machine did, over the run. Where slices of all backends alternate, noise is taken once
/// a round and stands in each of its rows; with whole windows each row has its own.
struct MachineNoise {
  double steal_s = 0;
  double elapsed_s = 0;
  std::uint64_t throttled = 0;
  double other_cpu_share = 0;
  std::vector<double> cacheline_ns;
};

MachineNoise noise_of_run(std::span<const Measurement> trials) {
  struct Round {
    std::set<double> steal_s;  // a set: copies of one observation count once
    std::set<std::uint64_t> throttled;
  };
  MachineNoise run;
  std::map<std::pair<std::string, int>, Round> rounds;
  for (const Measurement& trial : trials) {
    const nlohmann::json work = {trial.scenario, trial.params};  // whose members are sorted
    Round& round = rounds[{work.dump(-1, ' ', false, Json::error_handler_t::replace), trial.round}];
    const Noise& noise = trial.noise;
    run.elapsed_s += static_cast<double>(trial.elapsed_ns) / 1e9;
    if (noise.steal_s) round.steal_s.insert(*noise.steal_s);
    if (noise.throttled) round.throttled.insert(*noise.throttled);
    if (noise.other_cpu_share) {
      run.other_cpu_share = std::max(run.other_cpu_share, *noise.other_cpu_share);
    }
    if (noise.cacheline_ns) run.cacheline_ns.push_back(*noise.cacheline_ns);
  }
  for (const auto& [key, round] : rounds) {
    run.steal_s = std::accumulate(round.steal_s.begin(), round.steal_s.end(), run.steal_s);
    run.throttled = std::accumulate(round.throttled.begin(), round.throttled.end(), run.throttled);
  }
  return run;
}

void add_cacheline_finding(Findings& findings, const std::vector<double>& cacheline_ns) {
  if (cacheline_ns.empty()) return;
  const auto [least, most] = std::ranges::minmax(cacheline_ns);
  const bool changed = most > 2 * least;
  if (!changed && most <= calm_cacheline_ns) return;
  findings.add(FindingKind::noise, true,
               fmt::format("A cache line took {:.0f} to {:.0f} ns from one CPU to the other: {}",
                           least, most,
                           changed ? "the machine was not the same all the time"
                                   : "calm machines take 50 to 65 ns"));
}

void add_noise_findings(Findings& findings, std::span<const Measurement> trials) {
  const MachineNoise noise = noise_of_run(trials);
  add_cacheline_finding(findings, noise.cacheline_ns);
  if (noise.elapsed_s > 0 && noise.steal_s / noise.elapsed_s > notable_steal) {
    findings.add(FindingKind::noise, true,
                 fmt::format("The hypervisor took {} of the CPU time away",
                             percent(noise.steal_s / noise.elapsed_s)));
  }
  if (noise.throttled > 0) {
    findings.add(
        FindingKind::noise, true,
        fmt::format("The container was out of its CPU quota in {} periods", noise.throttled));
  }
  if (noise.other_cpu_share > notable_other_cpu) {
    findings.add(FindingKind::noise, true,
                 fmt::format("Other programs used up to {} of a CPU meanwhile",
                             percent(noise.other_cpu_share)));
  }
}

std::vector<std::size_t> first_places(const Group& group, Metric metric) {
  const auto by_row = rank_rows(group, metric);
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < by_row.size(); ++i) {
    if (by_row[i] == 1) first.push_back(i);
  }
  return first;
}

/// The rows that `winner` is not significantly better than, among those that could be judged.
std::vector<std::string> not_beaten_by(const Group& group, std::size_t winner, Metric metric) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const Comparison* comparison = find_comparison(group, winner, i, metric);
    if (comparison == nullptr || !comparison->p_adjusted) continue;
    const bool beaten =
        comparison->a == winner ? a_is_better(*comparison) : b_is_better(*comparison);
    if (!beaten) names.push_back(group.rows[i].backend);
  }
  return names;
}

/// Of the comparisons that `winner` has won, the closest.
const Comparison& closest(const Group& group, std::size_t winner, Metric metric) {
  const Comparison* closest = nullptr;
  for (const Comparison& comparison : group.comparisons) {
    const bool its_own = comparison.a == winner || comparison.b == winner;
    if (comparison.metric != metric || !its_own || !comparison.significant) continue;
    const auto lead = [](const Comparison& one) { return std::abs(std::log(*one.ratio)); };
    if (closest == nullptr || lead(comparison) < lead(*closest)) closest = &comparison;
  }
  assert(closest != nullptr);
  return *closest;
}

std::string sole_winner(const Group& group, std::size_t winner, Metric metric) {
  const std::string& name = group.rows[winner].backend;
  const std::string what = noun_of(metric, group.words);
  const std::vector<std::string> level = not_beaten_by(group, winner, metric);
  if (!level.empty()) {
    return fmt::format("Nobody is better than {} in {}, but {} cannot be told from it", name, what,
                       list_of(level));
  }
  const std::string place = metric == Metric::throughput
                                ? fmt::format("{} is fastest", name)
                                : fmt::format("{} is cheapest in {}", name, what);
  const Comparison& next = closest(group, winner, metric);
  const Oriented lead = orient(next, winner);
  return fmt::format("{}: {} against the next, {} ({})", place, as_difference(lead.ratio),
                     group.rows[next.a == winner ? next.b : next.a].backend,
                     interval_text(lead.low, lead.high));
}

std::string shared_first(const Group& group, const std::vector<std::size_t>& first, Metric metric) {
  std::vector<std::string> names;
  double visible = 1;
  for (const std::size_t i : first) {
    names.push_back(group.rows[i].backend);
    for (const std::size_t j : first) {
      const Comparison* comparison = i < j ? find_comparison(group, i, j, metric) : nullptr;
      if (comparison == nullptr || !comparison->smallest_visible_ratio) continue;
      visible = std::max(visible, *comparison->smallest_visible_ratio);
    }
  }
  return fmt::format(
      "{} share the first place in {}: this run cannot tell them apart, and would have seen a "
      "difference of {}",
      list_of(names), noun_of(metric, group.words), as_difference(visible));
}

bool is_unjudged_in(const Comparison& comparison, Metric metric) {
  return comparison.metric == metric && is_unjudged(comparison);
}

/// Of the row's comparisons that are not judged, the one that needs the most rounds; null where
/// there is none.
const Comparison* why_unranked(const Group& group, std::size_t row, Metric metric) {
  const Comparison* neediest = nullptr;
  for (const Comparison& comparison : group.comparisons) {
    const bool its_own = comparison.a == row || comparison.b == row;
    if (!its_own || !is_unjudged_in(comparison, metric)) continue;
    if (neediest == nullptr || comparison.rounds_needed > neediest->rounds_needed) {
      neediest = &comparison;
    }
  }
  return neediest;
}

bool anybody_is_ranked(const Group& group, Metric metric) {
  const auto by_row = rank_rows(group, metric);
  return std::ranges::any_of(by_row, [](const auto& rank) { return rank.has_value(); });
}

/// The rows that gave figures and could not be judged while others were.
std::vector<std::size_t> left_out_of_ranks(const Group& group, Metric metric) {
  const auto by_row = rank_rows(group, metric);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < by_row.size(); ++i) {
    if (!by_row[i] && why_unranked(group, i, metric) != nullptr) rows.push_back(i);
  }
  return rows;
}

/// "; io_uring is not ranked", so that nobody takes the first place for one among all.
std::string but_not_ranked(const Group& group, Metric metric) {
  std::vector<std::string> names;
  for (const std::size_t i : left_out_of_ranks(group, metric)) {
    names.push_back(group.rows[i].backend);
  }
  if (names.empty()) return {};
  return fmt::format("; {} {} not ranked", list_of(names), names.size() == 1 ? "is" : "are");
}

void add_first_place(Findings& findings, const Group& group, std::size_t index, Metric metric) {
  const std::vector<std::size_t> first = first_places(group, metric);
  if (first.empty()) return;
  const FindingKind kind =
      metric == Metric::throughput ? FindingKind::fastest : FindingKind::cheapest;
  const std::string place = first.size() == 1 ? sole_winner(group, first.front(), metric)
                                              : shared_first(group, first, metric);
  findings.add(kind, false, index, place + but_not_ranked(group, metric));
}

/// The reason, and whose it is where some pairs are judged.
std::string reason_of(const Group& group, const Comparison& unjudged) {
  const bool some_judged = std::ranges::any_of(group.comparisons, [&](const Comparison& other) {
    return other.metric == unjudged.metric && other.p_adjusted;
  });
  if (!some_judged) return unjudged.reason;
  return fmt::format("{} and {} cannot be held against each other, {}",
                     group.rows[unjudged.a].backend, group.rows[unjudged.b].backend,
                     unjudged.reason);
}

/// Which of the unjudged comparisons keeps everybody from a rank: a pair of rows that gave figures
/// in every round, where there is one. Empty where somebody is ranked or nobody could be.
std::string why_nobody_is_ranked(const Group& group, Metric metric) {
  if (anybody_is_ranked(group, metric)) return {};
  const Comparison* neediest = nullptr;
  const auto weight = [&](const Comparison& comparison) {
    const bool both_whole = is_whole(group, comparison.a) && is_whole(group, comparison.b);
    return std::pair(both_whole, comparison.rounds_needed);
  };
  for (const Comparison& comparison : group.comparisons) {
    if (!is_unjudged_in(comparison, metric)) continue;
    if (neediest == nullptr || weight(comparison) > weight(*neediest)) neediest = &comparison;
  }
  return neediest == nullptr ? std::string() : reason_of(group, *neediest);
}

/// Where there was something to rank and nothing could be, or not every row.
void add_missing_ranks(Findings& findings, const Group& group, std::size_t index) {
  constexpr std::string_view mend = "(mend: more --rounds)";
  const Metric by = group.ranking_metric;
  const auto add = [&](const std::string& what, const std::string& reason) {
    findings.add(FindingKind::incomplete, true, index,
                 fmt::format("{}: {} {}", what, reason, mend));
  };
  if (anybody_is_ranked(group, by)) {
    for (const std::size_t i : left_out_of_ranks(group, by)) {
      add(group.rows[i].backend + " is not ranked", why_unranked(group, i, by)->reason);
    }
  }
  const std::string why = why_nobody_is_ranked(group, by);
  const std::string cpu = why_nobody_is_ranked(group, Metric::cpu_per_op);
  if (why == cpu) {
    if (!why.empty()) add("Nobody is ranked", why);
    return;
  }
  if (!why.empty()) add("Nobody is ranked in " + noun_of(by, group.words), why);
  if (!cpu.empty()) add("Nobody is ranked in " + noun_of(Metric::cpu_per_op, group.words), cpu);
}

void add_saturation(Findings& findings, const Group& group, std::size_t index) {
  std::vector<std::string> names;
  for (const Row& row : group.rows) {
    if (row.throughput_is_lower_bound) names.push_back(name_of(row));
  }
  if (names.empty()) return;
  const std::string cpu = noun_of(Metric::cpu_per_op, group.words);
  const std::string ranking =
      group.ranking_metric == Metric::cpu_per_op
          ? fmt::format("the ranking is by {}", cpu)
          : fmt::format("{}, the better measure, is not known for every row", cpu);
  findings.add(FindingKind::saturated, true, index,
               fmt::format("The load generator was saturated with {}: throughput there is a lower "
                           "bound (≥), and {}",
                           list_of(names), ranking));
}

void add_tails(Findings& findings, const Group& group, std::size_t index) {
  constexpr Metric metric = Metric::latency_p99;
  std::optional<std::size_t> lowest;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const auto p99 = p99_of(group.rows[i]);
    if (group.rows[i].control || group.rows[i].reference || !p99) continue;
    if (!lowest || *p99 < *p99_of(group.rows[*lowest])) lowest = i;
  }
  if (!lowest) return;
  std::vector<std::string> tails;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const Comparison* comparison = find_comparison(group, i, *lowest, metric);
    if (i == *lowest || comparison == nullptr || !comparison->significant) continue;
    const Oriented tail = orient(*comparison, i);
    if (tail.ratio < notable_tail) continue;
    tails.push_back(fmt::format("{} {} times as long ({} to {})", group.rows[i].backend,
                                significant(tail.ratio, 2), significant(tail.low, 2),
                                significant(tail.high, 2)));
  }
  if (tails.empty()) return;
  findings.add(FindingKind::tail, false, index,
               fmt::format("Tails: at p99, against {}, {}", group.rows[*lowest].backend,
                           fmt::join(tails, ", ")));
}

void add_unfairness(Findings& findings, const Group& group, std::size_t index) {
  for (const Row& row : group.rows) {
    if (!row.fairness || !row.fairness->is_telling) continue;
    const auto [least, most, is_telling] = *row.fairness;
    if (static_cast<double>(most) <= uneven * static_cast<double>(least)) continue;
    findings.add(FindingKind::unfair, true, index,
                 fmt::format("{} served its connections unevenly: {} to {} {}s each in one round",
                             name_of(row), least, most, group.words.operation));
  }
}

/// One figure of a row, of which slices say something else than whole windows.
struct AuditDifference {
  const Row* row;
  const AuditedFigure* figure;
};

/// The differences of one figure: the one there is, or the least and the most of several.
std::string audit_differences(const std::vector<AuditDifference>& all) {
  const auto ratio = [](const AuditDifference& one) { return *one.figure->ratio; };
  const auto [least, most] = std::ranges::minmax(all, {}, ratio);
  const AuditedFigure& figure = *least.figure;
  if (all.size() == 1) {
    return fmt::format("{} of {} {} ({})", figure.name, name_of(*least.row),
                       as_difference(*figure.ratio), interval_text(*figure.low, *figure.high));
  }
  return fmt::format("{} of {} rows, {} ({}) to {} ({})", figure.name, all.size(),
                     as_difference(ratio(least)), name_of(*least.row), as_difference(ratio(most)),
                     name_of(*most.row));
}

/// Whether slices say what whole windows say, in a line.
void add_audit(Findings& findings, const Group& group, std::size_t index) {
  std::size_t windows = 0;
  std::size_t equivalent = 0;
  std::size_t all = 0;
  std::size_t differing = 0;
  std::map<std::string_view, std::vector<AuditDifference>> different;
  for (const Row& row : group.rows) {
    windows = std::max(windows, row.audit.windows);
    for (const AuditedFigure& figure : row.audit.figures) {
      if (!is_shown(figure)) continue;
      ++all;
      equivalent += figure.verdict == Equivalence::equivalent ? 1 : 0;
      if (figure.verdict != Equivalence::different) continue;
      ++differing;
      different[figure.name].push_back({.row = &row, .figure = &figure});
    }
  }
  if (all == 0) return;
  std::string text = fmt::format(
      "Audit: of {} figures from slices {} agree with {} whole windows of each backend "
      "(throughput, CPU and p50 within 5 %)",
      all, equivalent, windows);
  const std::size_t undecided = all - equivalent - differing;
  if (undecided > 0) text += fmt::format(", {} cannot be told", undecided);
  std::vector<std::string> parts;
  for (const auto& [name, those] : different) parts.push_back(audit_differences(those));
  text += parts.empty() ? ", none differs"
                        : fmt::format(", {} differ: {}", differing, fmt::join(parts, "; "));
  findings.add(FindingKind::audit, !parts.empty(), index, text);
}

std::string incomplete_text(const Row& row) {
  const std::string mend = row.mend.empty() ? "" : fmt::format(" (mend: {})", row.mend);
  if (row.status == RowStatus::ok) return name_of(row) + " completed no operations";
  if (row.status != RowStatus::partly) {
    return fmt::format("{} was {}: {}{}", name_of(row), to_string(row.status), row.reason, mend);
  }
  return fmt::format("{} gave figures in {} of {} rounds, the others are left out: {}{}",
                     name_of(row), row.rounds_ok, row.rounds, row.reason, mend);
}

void add_incomplete_rows(Findings& findings, const Group& group, std::size_t index) {
  for (const Row& row : group.rows) {
    if (row.status == RowStatus::ok && row.ops > 0) continue;
    findings.add(FindingKind::incomplete, true, index, incomplete_text(row));
  }
}

/// Those in what the groups are ranked by; the others would bury them, and are in the sweeps.
void add_crossovers(Findings& findings, std::span<const Group> groups,
                    std::span<const Sweep> sweeps) {
  for (const Sweep& sweep : sweeps) {
    for (const Crossover& crossover : sweep.crossovers) {
      if (groups[crossover.low_group].ranking_metric != crossover.metric) continue;
      if (groups[crossover.high_group].ranking_metric != crossover.metric) continue;
      findings.add(FindingKind::crossover, false, crossover.details);
    }
  }
}

}  // namespace

std::string_view to_string(FindingKind kind) noexcept {
  switch (kind) {
    case FindingKind::control:
      return "control";
    case FindingKind::noise:
      return "noise";
    case FindingKind::saturated:
      return "saturated";
    case FindingKind::fastest:
      return "fastest";
    case FindingKind::cheapest:
      return "cheapest";
    case FindingKind::tail:
      return "tail";
    case FindingKind::crossover:
      return "crossover";
    case FindingKind::unfair:
      return "unfair";
    case FindingKind::incomplete:
      return "incomplete";
    case FindingKind::audit:
      return "audit";
  }
  return {};
}

std::string varied_params(std::span<const Group> groups, std::size_t index) {
  const Group& group = groups[index];
  std::vector<std::string> parts;
  for (const auto& item : group.params.items()) {
    const std::string& name = item.key();
    const Json& value = item.value();
    const bool differs = std::ranges::any_of(groups, [&](const Group& other) {
      return other.scenario == group.scenario && other.params.value(name, Json()) != value;
    });
    if (differs && !only_follows(group, name)) parts.push_back(describe_param(name, value));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string distinguish(std::span<const Group> groups, std::size_t index) {
  const std::string& scenario = groups[index].scenario;
  const std::string params = varied_params(groups, index);
  const bool scenario_differs =
      std::ranges::any_of(groups, [&](const Group& other) { return other.scenario != scenario; });
  if (!scenario_differs) return params;
  return params.empty() ? scenario : scenario + ", " + params;
}

std::vector<Finding> find_what_matters(std::span<const Group> groups, std::span<const Sweep> sweeps,
                                       std::span<const Measurement> trials) {
  Findings findings;
  if (groups.empty()) return {};
  add_control_findings(findings, groups);
  add_noise_findings(findings, trials);
  add_crossovers(findings, groups, sweeps);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    add_saturation(findings, groups[i], i);
    if (groups[i].ranking_reason.empty()) {
      add_first_place(findings, groups[i], i, Metric::throughput);
    }
    add_first_place(findings, groups[i], i, Metric::cpu_per_op);
    add_missing_ranks(findings, groups[i], i);
    add_tails(findings, groups[i], i);
    add_unfairness(findings, groups[i], i);
    add_audit(findings, groups[i], i);
    add_incomplete_rows(findings, groups[i], i);
  }
  return findings.take();
}

}  // namespace ringside
