// Who runs where: the CPUs of the backends and those of the load generator.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/cpus.hpp"
#include "harness/measure/topology.hpp"

namespace ringside {

/// Where the two sides of a trial run, and what a reader of the results must know about it.
struct CpuPlan {
  CpuSet backend;
  CpuSet load;
  std::vector<std::string> caveats;  ///< whole sentences without a full stop
};

/// Chooses CPUs, of this machine's allowed ones, for `backend_threads` event-loop threads and for
/// the load generator. What the user asked for (`backend`, `load`) is taken as it is, also when it
/// overlaps; Error is thrown for CPUs that are not allowed or for an empty set. What the user left
/// open is filled so:
///
/// - backends get a physical core for each thread, but at most half of the cores, so that the load
///   generator can keep up; SMT siblings are used only where the cores do not suffice;
/// - the load generator gets the other cores, at most four times as many CPUs as the backends;
/// - with one CPU, both share it.
CpuPlan choose_cpus(std::size_t backend_threads, const std::optional<CpuSet>& backend,
                    const std::optional<CpuSet>& load);

/// The same decision on a given machine: `allowed` are the CPUs this process may use.
CpuPlan choose_cpus(const Topology& topology, const CpuSet& allowed, std::size_t backend_threads,
                    const std::optional<CpuSet>& backend, const std::optional<CpuSet>& load);

}  // namespace ringside
