#include "harness/measure/cpu_plan.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

constexpr std::size_t load_cpus_per_backend_cpu = 4;

using Cores = std::vector<Core>;

/// Takes up to `wanted` CPUs: first one of every core, then the second of every core, and so on.
CpuSet spread(const Cores& cores, std::size_t wanted) {
  std::vector<int> taken;
  std::size_t widest = 0;
  for (const Core& core : cores) widest = std::max(widest, core.cpus.size());
  for (std::size_t sibling = 0; sibling < widest; ++sibling) {
    for (const Core& core : cores) {
      if (taken.size() == wanted) return CpuSet(std::move(taken));
      if (sibling < core.cpus.size())
        taken.push_back(core.cpus.begin()[static_cast<long>(sibling)]);
    }
  }
  return CpuSet(std::move(taken));
}

/// What is left for one side when the other has `taken`: whole cores, else siblings of taken CPUs,
/// else everything, shared.
Cores left_over(const Topology& topology, const CpuSet& taken) {
  Cores untouched;
  for (const Core& core : topology.cores) {
    if (core.cpus.common(taken).empty()) untouched.push_back(core);
  }
  if (!untouched.empty()) return untouched;
  const Cores siblings = topology.restricted_to(topology.online().without(taken)).cores;
  return siblings.empty() ? topology.cores : siblings;
}

CpuSet default_backend(const Topology& usable, std::size_t threads,
                       const std::optional<CpuSet>& load) {
  Cores cores = load ? left_over(usable, *load) : usable.cores;
  const std::size_t most = load ? cores.size() : std::max<std::size_t>(1, cores.size() / 2);
  cores.resize(std::clamp<std::size_t>(threads, 1, most));
  // A single core with siblings is the whole machine: leave half of it to the load generator.
  const bool only_core = !load && usable.cores.size() == 1;
  const std::size_t most_cpus =
      only_core ? std::max<std::size_t>(1, cores[0].cpus.size() / 2) : threads;
  return spread(cores, std::min(threads, most_cpus));
}

CpuSet default_load(const Topology& usable, const CpuSet& backend) {
  const Cores cores = left_over(usable, backend);
  return spread(cores, std::min(load_cpus_per_backend_cpu * backend.size(),
                                std::max(cores.size(), backend.size())));
}

/// Cores of which `one` and `other` use different CPUs.
CpuSet split_cores(const Topology& topology, const CpuSet& one, const CpuSet& other) {
  CpuSet split;
  for (const Core& core : topology.cores) {
    const CpuSet used = core.cpus.common(one.united(other));
    if (used.size() < 2 || core.cpus.common(one).empty() || core.cpus.common(other).empty())
      continue;
    split = split.united(used);
  }
  return split;
}

std::vector<std::string> caveats_of(const CpuPlan& plan, const Topology& topology,
                                    std::size_t threads) {
  std::vector<std::string> caveats;
  const CpuSet shared = plan.backend.common(plan.load);
  if (!shared.empty()) {
    caveats.push_back(fmt::format(
        "backends and load generator share CPU {}{}: each takes time from the other, so compare "
        "CPU "
        "per operation rather than throughput",
        to_string(shared), topology.online().size() == 1 ? ", the only one there is" : ""));
  }
  const CpuSet split = split_cores(topology, plan.backend, plan.load);
  if (shared.empty() && !split.empty()) {
    caveats.push_back(fmt::format(
        "CPUs {} are SMT siblings that backends and load generator share between them: each slows "
        "the other",
        to_string(split)));
  }
  const CpuSet doubled = split_cores(topology, plan.backend, plan.backend);
  if (!doubled.empty()) {
    caveats.push_back(fmt::format("backend CPUs {} include SMT siblings, which share a core",
                                  to_string(doubled)));
  }
  if (plan.backend.size() < threads) {
    caveats.push_back(fmt::format("{} event-loop threads share {} CPU{}", threads,
                                  plan.backend.size(), plan.backend.size() == 1 ? "" : "s"));
  }
  return caveats;
}

void check_request(const std::optional<CpuSet>& cpus, const CpuSet& allowed,
                   std::string_view asked_by) {
  if (!cpus) return;
  if (cpus->empty()) {
    throw Error(fmt::format("{} names no CPU", asked_by),
                fmt::format("choose among CPUs {}", to_string(allowed)));
  }
  require_allowed(*cpus, allowed, asked_by);
}

}  // namespace

CpuPlan choose_cpus(std::size_t backend_threads, const std::optional<CpuSet>& backend,
                    const std::optional<CpuSet>& load) {
  return choose_cpus(read_topology(), CpuSet::allowed(), backend_threads, backend, load);
}

CpuPlan choose_cpus(const Topology& topology, const CpuSet& allowed, std::size_t backend_threads,
                    const std::optional<CpuSet>& backend, const std::optional<CpuSet>& load) {
  check_request(backend, allowed, "--backend-cpus");
  check_request(load, allowed, "--load-cpus");
  Topology usable = topology.restricted_to(allowed);
  // Where /sys is hidden, every allowed CPU counts as a core of its own.
  for (const int cpu : allowed.without(usable.online())) usable.cores.push_back({.cpus = {cpu}});

  CpuPlan plan;
  plan.backend = backend ? *backend : default_backend(usable, backend_threads, load);
  plan.load = load ? *load : default_load(usable, plan.backend);
  plan.caveats = caveats_of(plan, usable, backend_threads);
  return plan;
}

}  // namespace ringside
