#include "harness/report/analysis/sweeps.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/units.hpp"

namespace ringside {

namespace {

/// The parameters of a group but for `name` and those that only follow it.
Json others(const Group& group, const std::string& name) {
  Json rest = group.params;
  rest.erase(name);
  for (const auto& [parameter, leader] : group.words.follows) {
    if (leader == name && only_follows(group, parameter)) rest.erase(parameter);
  }
  return rest;
}

bool all_numbers(std::span<const Group> groups, const Sweep& sweep) {
  return std::ranges::all_of(sweep.groups, [&](std::size_t index) {
    return groups[index].params[sweep.parameter].is_number();
  });
}

/// The sweeps over `name`: groups of the same scenario whose other parameters are the same.
std::vector<Sweep> sweeps_over(std::span<const Group> groups, const std::string& scenario,
                               const std::string& name) {
  std::vector<Sweep> sweeps;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].scenario != scenario || !groups[i].params.contains(name)) continue;
    Json fixed = others(groups[i], name);
    auto found = std::ranges::find_if(
        sweeps, [&](const Sweep& sweep) { return same_params(sweep.fixed, fixed); });
    if (found == sweeps.end()) {
      found = sweeps.insert(found, {scenario, name, std::move(fixed), {}, {}});
    }
    found->groups.push_back(i);
  }
  std::erase_if(sweeps, [](const Sweep& sweep) { return sweep.groups.size() < 2; });
  for (Sweep& sweep : sweeps) {
    if (!all_numbers(groups, sweep)) continue;
    std::ranges::stable_sort(sweep.groups, {}, [&](std::size_t index) {
      return groups[index].params[sweep.parameter].get<double>();
    });
  }
  return sweeps;
}

std::optional<std::size_t> row_named(const Group& group, const std::string& backend) {
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const Row& row = group.rows[i];
    if (row.backend == backend && !row.control && !row.reference) return i;
  }
  return std::nullopt;
}

/// What two backends came to in one group, when they differ significantly.
struct Difference {
  std::size_t group = 0;
  bool first_is_better = false;
  Oriented first_over_second;
};

std::optional<Difference> difference(std::span<const Group> groups, std::size_t index,
                                     const std::string& first, const std::string& second,
                                     Metric metric) {
  const Group& group = groups[index];
  const auto i = row_named(group, first);
  const auto j = row_named(group, second);
  if (!i || !j) return std::nullopt;
  const Comparison* comparison = find_comparison(group, *i, *j, metric);
  if (comparison == nullptr || !comparison->significant) return std::nullopt;
  const bool limited =
      group.rows[*i].throughput_is_lower_bound || group.rows[*j].throughput_is_lower_bound;
  if (metric == Metric::throughput && limited) return std::nullopt;
  const bool first_is_better =
      comparison->a == *i ? a_is_better(*comparison) : b_is_better(*comparison);
  return Difference{index, first_is_better, orient(*comparison, *i)};
}

/// "32 and 64 connections", "payload 128 B and 4 KiB".
std::string range_words(const std::string& name, const Json& low, const Json& high) {
  const bool plural = name.ends_with('s') && !name.ends_with("_bytes") && !name.ends_with("_ns");
  if (plural) return fmt::format("{} and {} {}", low.dump(), high.dump(), name);
  const std::string first = describe_param(name, low);
  const std::string second = describe_param(name, high);
  // Both begin with the name, which is said once.
  return fmt::format("{} and {}", first, second.substr(second.find(' ') + 1));
}

std::string oriented_words(const Oriented& ratio) {
  return fmt::format("{} ({} to {})", as_difference(ratio.ratio), as_difference(ratio.low),
                     as_difference(ratio.high));
}

Oriented inverse(const Oriented& ratio) {
  return {1 / ratio.ratio, 1 / ratio.high, 1 / ratio.low};
}

Crossover make_crossover(std::span<const Group> groups, const Sweep& sweep, Metric metric,
                         const std::pair<std::string, std::string>& names, const Difference& low,
                         const Difference& high) {
  const bool first_wins = high.first_is_better;
  Crossover crossover;
  crossover.metric = metric;
  crossover.a = first_wins ? names.first : names.second;
  crossover.b = first_wins ? names.second : names.first;
  crossover.low_group = low.group;
  crossover.high_group = high.group;
  crossover.at_low = first_wins ? low.first_over_second : inverse(low.first_over_second);
  crossover.at_high = first_wins ? high.first_over_second : inverse(high.first_over_second);
  const Group& group = groups[low.group];
  const std::string what = noun_of(metric, group.words);
  const Json& low_value = group.params[sweep.parameter];
  const Json& high_value = groups[high.group].params[sweep.parameter];
  crossover.sentence = fmt::format("{} overtakes {} in {} between {}", crossover.a, crossover.b,
                                   what, range_words(sweep.parameter, low_value, high_value));
  crossover.details = fmt::format("{}: {}: {} at the lower value, {} at the higher", sweep.scenario,
                                  crossover.sentence, oriented_words(crossover.at_low),
                                  oriented_words(crossover.at_high));
  return crossover;
}

std::vector<std::string> backends_of(std::span<const Group> groups, const Sweep& sweep) {
  std::vector<std::string> names;
  for (const std::size_t index : sweep.groups) {
    for (const Row& row : groups[index].rows) {
      if (row.control || row.reference) continue;
      if (std::ranges::find(names, row.backend) == names.end()) names.push_back(row.backend);
    }
  }
  return names;
}

/// Follows two backends from the lowest value to the highest.
void add_crossovers(std::span<const Group> groups, Sweep& sweep, Metric metric,
                    const std::pair<std::string, std::string>& names) {
  std::optional<Difference> before;
  for (const std::size_t index : sweep.groups) {
    const auto now = difference(groups, index, names.first, names.second, metric);
    if (!now) continue;
    if (before && before->first_is_better != now->first_is_better) {
      sweep.crossovers.push_back(make_crossover(groups, sweep, metric, names, *before, *now));
    }
    before = now;
  }
}

void find_crossovers(std::span<const Group> groups, Sweep& sweep) {
  const std::vector<std::string> names = backends_of(groups, sweep);
  for (const Metric metric : all_metrics) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = i + 1; j < names.size(); ++j) {
        add_crossovers(groups, sweep, metric, {names[i], names[j]});
      }
    }
  }
}

}  // namespace

bool only_follows(const Group& group, const std::string& name) {
  const auto following = group.words.follows.find(name);
  if (following == group.words.follows.end()) return false;
  const auto value = group.params.find(name);
  const auto leader = group.params.find(following->second);
  return value != group.params.end() && leader != group.params.end() && *value == *leader;
}

std::vector<Sweep> find_sweeps(std::span<const Group> groups) {
  std::vector<Sweep> sweeps;
  std::vector<std::string> seen;  // scenarios
  for (const Group& group : groups) {
    if (std::ranges::find(seen, group.scenario) != seen.end()) continue;
    seen.push_back(group.scenario);
    for (const auto& item : group.params.items()) {
      std::ranges::move(sweeps_over(groups, group.scenario, item.key()),
                        std::back_inserter(sweeps));
    }
  }
  for (Sweep& sweep : sweeps) {
    if (all_numbers(groups, sweep)) find_crossovers(groups, sweep);
  }
  return sweeps;
}

}  // namespace ringside
