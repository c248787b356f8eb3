#include "harness/report/compare/machines.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/compare/compared_run.hpp"
#include "harness/report/compare/series.hpp"

namespace ringside {

namespace {

constexpr std::size_t longest_value = 80;

/// A member of run.json by its JSON pointer.
struct Fact {
  const char* pointer;
  std::string_view name;
};

constexpr Fact grave_facts[] = {
    {"/machine/cpu/model", "the processor"},   {"/machine/cpu/topology", "the machine's CPUs"},
    {"/machine/hypervisor", "the hypervisor"}, {"/machine/kernel", "the kernel"},
    {"/cpus/backend", "the backends' CPUs"},   {"/cpus/load", "the load's CPUs"},
};

constexpr Fact slight_facts[] = {
    {"/machine/hostname", "the machine's name"},
    {"/machine/distribution", "the distribution"},
    {"/machine/cpu/frequency_driver", "the frequency driver"},
    {"/machine/cpu/governor", "the frequency governor"},
    {"/machine/cpu/turbo", "turbo"},
    {"/machine/cpu/mitigations", "the mitigations of the CPU's flaws"},
    {"/machine/clock_source", "the clock source"},
    {"/machine/cgroup", "the limits of the cgroup"},
    {"/machine/kernel_settings", "the kernel's settings"},
    {"/machine/build", "compiler, flags and libraries of the build"},
    {"/options/interleave", "the interleaving"},
    {"/options/slice_ns", "the length of slices"},
    {"/options/warmup_ns", "the warm-up of slices"},
    {"/options/cycles", "the number of cycles"},
    {"/options/duration_ns", "the length of whole windows"},
    {"/ringside_version", "the version of ringside"},
    {"/git_revision", "the revision of the build"},
    {"/interrupted", "whether it was interrupted"},
};

constexpr std::string_view grave_effects[] = {"file_system", "device", "access"};

Json fact(const Json& run, const char* pointer) {
  const Json::json_pointer path(pointer);
  return run.contains(path) ? run.at(path) : Json();
}

std::string in_words(const Json& value) {
  if (value.is_string()) return shortened(printable(value.get<std::string>()), longest_value);
  return shortened(printable(value.dump(-1, ' ', false, Json::error_handler_t::replace)),
                   longest_value);
}

/// An object's members that differ are named one by one: the whole would hide them. What only one
/// side has cannot be checked.
void add_difference(const std::string& name, const Json& base, const Json& head,
                    std::vector<std::string>& found, std::vector<std::string>& unchecked) {
  if (base == head) return;
  if (base.is_null() || head.is_null()) {
    unchecked.push_back(name);
    return;
  }
  if (!base.is_object() || !head.is_object()) {
    found.push_back(fmt::format("{}: {} against {}", name, in_words(base), in_words(head)));
    return;
  }
  std::set<std::string> members;
  for (const Json* side : {&base, &head}) {
    for (const auto& [member, value] : side->items()) members.insert(member);
  }
  for (const std::string& member : members) {
    const auto part = [&](const Json& side) { return side.value(member, Json()); };
    add_difference(fmt::format("{}, {}", name, printable(member)), part(base), part(head), found,
                   unchecked);
  }
}

void compare_run_json(const Json& base, const Json& head, RunDifferences& found) {
  for (const auto& [pointer, name] : grave_facts) {
    const Json of_base = fact(base, pointer);
    const Json of_head = fact(head, pointer);
    if (of_base.is_null() && of_head.is_null()) found.unchecked.emplace_back(name);
    add_difference(std::string(name), of_base, of_head, found.grave, found.unchecked);
  }
  for (const auto& [pointer, name] : slight_facts) {
    add_difference(std::string(name), fact(base, pointer), fact(head, pointer), found.slight,
                   found.unchecked);
  }
}

std::string_view way_of_measuring(const Measurement& trial) {
  return trial.in_slices() ? "in slices" : "in whole windows";
}

/// How the rows that both have were measured; what many rows say is told once.
void compare_rows(const ComparedRun& base, const ComparedRun& head, RunDifferences& found) {
  const auto add_new = [](const std::vector<std::string>& sentences,
                          std::vector<std::string>& all) {
    for (const std::string& sentence : sentences) {
      if (std::ranges::find(all, sentence) == all.end()) all.push_back(sentence);
    }
  };
  const std::vector<Series> head_rows = make_series(head.trials);
  for (const Series& row : make_series(base.trials)) {
    const Series* other = find_series(head_rows, row);
    if (other == nullptr || row.rounds.empty() || other->rounds.empty()) continue;
    const RunDifferences differ =
        row_differences(row.backend, *row.rounds.begin()->second, *other->rounds.begin()->second);
    add_new(differ.grave, found.grave);
    add_new(differ.slight, found.slight);
  }
}

/// What the load drove its sockets with, in the trials that had a load with sockets. Lines from
/// before there was a choice were taken with epoll.
std::set<std::string> load_io(const ComparedRun& run) {
  std::set<std::string> names;
  for (const Measurement& trial : run.trials) {
    if (trial.generator) names.insert(trial.generator->io.empty() ? "epoll" : trial.generator->io);
  }
  return names;
}

void compare_load_io(const ComparedRun& base, const ComparedRun& head,
                     std::vector<std::string>& found) {
  const std::set<std::string> base_io = load_io(base);
  const std::set<std::string> head_io = load_io(head);
  if (base_io.empty() || head_io.empty() || base_io == head_io) return;
  found.push_back(printable(fmt::format("what the load drives its sockets with: {} against {}",
                                        fmt::join(base_io, " and "), fmt::join(head_io, " and "))));
}

std::map<std::string, std::string> versions(const ComparedRun& run) {
  std::map<std::string, std::string> by_backend;
  for (const Measurement& trial : run.trials) {
    if (!trial.backend_version.empty()) by_backend[trial.backend] = trial.backend_version;
  }
  return by_backend;
}

void compare_versions(const ComparedRun& base, const ComparedRun& head,
                      std::vector<std::string>& found) {
  const auto head_versions = versions(head);
  for (const auto& [backend, version] : versions(base)) {
    const auto other = head_versions.find(backend);
    if (other == head_versions.end() || other->second == version) continue;
    found.push_back(fmt::format("the version of {}: {} against {}", printable(backend),
                                in_words(version), in_words(other->second)));
  }
}

/// "backend epoll against io_uring", "connections 64 against 1": what must be equal and is not.
std::vector<std::string> apart(const Series& base, const Series& head) {
  std::vector<std::string> words;
  if (base.scenario != head.scenario) {
    return {fmt::format("scenario {} against {}", base.scenario, head.scenario)};
  }
  if (base.backend != head.backend) {
    words.push_back(fmt::format("backend {} against {}", base.backend, head.backend));
  }
  std::set<std::string> names;
  for (const Json* params : {&base.params, &head.params}) {
    for (const auto& [name, value] : params->items()) names.insert(name);
  }
  for (const std::string& name : names) {
    const Json of_base = base.params.value(name, Json());
    const Json of_head = head.params.value(name, Json());
    if (of_base == of_head) continue;
    words.push_back(
        fmt::format("{} against {}", describe_param(name, of_base), describe_param(name, of_head)));
  }
  return words;
}

}  // namespace

std::string why_nothing_in_common(const ComparedRun& base, const ComparedRun& head) {
  const std::vector<Series> head_rows = make_series(head.trials);
  std::vector<std::string> nearest;
  bool same_scenario = false;
  for (const Series& row : make_series(base.trials)) {
    for (const Series& other : head_rows) {
      std::vector<std::string> words = apart(row, other);
      const bool same = row.scenario == other.scenario;
      const bool nearer = same == same_scenario ? words.size() < nearest.size() : same;
      if (!nearest.empty() && !nearer) continue;
      nearest = std::move(words);
      same_scenario = same;
    }
  }
  return nearest.empty() ? "one of them has no rows"
                         : printable(fmt::format("the rows nearest to each other differ in {}",
                                                 fmt::join(nearest, ", ")));
}

RunDifferences row_differences(const std::string& backend, const Measurement& base,
                               const Measurement& head) {
  RunDifferences found;
  const auto way = way_of_measuring(base);
  const auto other_way = way_of_measuring(head);
  if (way != other_way) {
    found.grave.push_back(fmt::format("how {} was measured: {} against {}",
                                      printable(base.scenario), way, other_way));
  }
  for (const auto& [name, value] : base.effective) {
    const auto other = head.effective.find(name);
    if (other == head.effective.end() || other->second == value) continue;
    const bool grave = std::ranges::find(grave_effects, name) != std::end(grave_effects);
    // What is grave does not depend on the backend.
    const std::string whose = grave ? base.scenario : backend + " in " + base.scenario;
    (grave ? found.grave : found.slight)
        .push_back(printable(fmt::format("{} of {}: {} against {}", name, whose, in_words(value),
                                         in_words(other->second))));
  }
  return found;
}

std::string unchecked_sentence(const RunDifferences& differences) {
  return fmt::format("could not be checked, since not both say it: {}",
                     fmt::join(differences.unchecked, "; "));
}

RunDifferences differences(const ComparedRun& base, const ComparedRun& head) {
  RunDifferences found;
  compare_load_io(base, head, found.grave);
  compare_versions(base, head, found.slight);
  for (const ComparedRun* side : {&base, &head}) {
    if (!side->run.is_null()) continue;
    found.slight.push_back(
        fmt::format("no run.json beside the trials of {}, so that the machines could not be "
                    "compared",
                    printable(side->name)));
  }
  compare_rows(base, head, found);
  if (!base.run.is_null() && !head.run.is_null()) compare_run_json(base.run, head.run, found);
  return found;
}

}  // namespace ringside
