#include "harness/compare/machines.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/compare/compared_run.hpp"
#include "harness/report/text.hpp"

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

Json fact(const Json& run, const char* pointer) {
  const Json::json_pointer path(pointer);
  return run.contains(path) ? run.at(path) : Json();
}

std::string in_words(const Json& value) {
  if (value.is_null()) return "unknown";
  if (value.is_string()) return shortened(printable(value.get<std::string>()), longest_value);
  return shortened(printable(value.dump(-1, ' ', false, Json::error_handler_t::replace)),
                   longest_value);
}

/// An object's members that differ are named one by one: the whole would hide them.
void add_difference(const std::string& name, const Json& base, const Json& head,
                    std::vector<std::string>& found) {
  if (base == head) return;
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
    add_difference(fmt::format("{}, {}", name, printable(member)), part(base), part(head), found);
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

}  // namespace

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
  if (base.run.is_null() || head.run.is_null()) return found;
  for (const auto& [pointer, name] : grave_facts) {
    add_difference(std::string(name), fact(base.run, pointer), fact(head.run, pointer),
                   found.grave);
  }
  for (const auto& [pointer, name] : slight_facts) {
    add_difference(std::string(name), fact(base.run, pointer), fact(head.run, pointer),
                   found.slight);
  }
  return found;
}

}  // namespace ringside
