// What loads have in common that split a target's connections over the threads of a team.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "harness/load/closed_window.hpp"
#include "harness/load/load.hpp"
#include "harness/load/team.hpp"

namespace ringside {

/// Calls `work(shard, index)` for each shard, on the thread of the team that the shard belongs to.
template <typename Shards, typename Work>
void on_every_shard(ThreadTeam& team, Shards& shards, const Work& work) {
  team.run([&](std::size_t index) {
    if (index < shards.size()) work(shards[index], index);
  });
}

/// Connections that may be opened before the first of them is served: fewer than any listening
/// socket's queue holds on this machine, since those beyond it would wait for seconds.
std::size_t most_waiting() noexcept;

/// Opens `connections` connections, of which every shard and every endpoint gets as many as any
/// other, and primes them. A shard has open(endpoint, number) and prime().
template <typename Shards>
void connect_shards(ThreadTeam& team, Shards& shards, std::size_t connections,
                    std::span<const Endpoint> endpoints) {
  const std::size_t batch = std::max(most_waiting() / shards.size(), std::size_t{1});
  on_every_shard(team, shards, [&](auto& shard, std::size_t index) {
    std::size_t opened = 0;
    for (std::size_t number = index; number < connections; number += shards.size()) {
      shard.open(endpoints[number / shards.size() % endpoints.size()], number);
      if (++opened % batch == 0) shard.prime();
    }
    shard.prime();
  });
}

/// The parts of one window that several threads ran side by side, as one.
WindowResult merge_parts(std::span<const WindowResult> parts);

/// Runs one window on all shards at once. A shard has run(WindowPlan&).
template <typename Shards>
WindowResult run_shards(ThreadTeam& team, Shards& shards, const WindowSpec& spec) {
  WindowPlan plan(spec, shards.size());
  std::vector<WindowResult> parts(shards.size());
  on_every_shard(team, shards,
                 [&](auto& shard, std::size_t index) { parts[index] = shard.run(plan); });
  return merge_parts(parts);
}

/// Adds the figures of another thread's share of the same target. Single figures are the caller's.
void merge_figures(LoadFigures& whole, const LoadFigures& part);

/// The shards' figures as one. A shard has figures().
template <typename Shards>
LoadFigures figures_of(const Shards& shards) {
  LoadFigures whole = shards.front().figures();
  for (std::size_t index = 1; index < shards.size(); ++index) {
    merge_figures(whole, shards[index].figures());
  }
  return whole;
}

}  // namespace ringside
