#include "scenarios/echo/load.hpp"

#include <algorithm>

#include "harness/load/team.hpp"

namespace ringside {

namespace {

// Opened before they are served: less than any usual listen backlog.
constexpr std::size_t connect_batch = 128;

}  // namespace

EchoLoad::EchoLoad(const EchoParams& params, const LoadEnvironment& environment)
    : params_(params), team_(environment.team), stream_(environment.seed) {
  const std::size_t threads = std::min(team_.size(), params.connections);
  for (std::size_t target = 0; target < environment.targets; ++target) {
    auto& shards = shards_.emplace_back();
    for (std::size_t i = 0; i < threads; ++i) {
      shards.emplace_back(params, stream_, environment.interrupt);
    }
  }
}

void EchoLoad::connect(std::size_t target, const Target& reached) {
  auto& shards = shards_[target];
  const auto prime_all = [&] {
    for (EchoShard& shard : shards) shard.prime();
  };
  for (std::size_t number = 0; number < params_.connections; ++number) {
    // Every shard reaches every endpoint, and every endpoint gets as many connections as any other.
    const Endpoint& endpoint = reached.endpoints[number / shards.size() % reached.endpoints.size()];
    shards[number % shards.size()].open(endpoint, number);
    if (number % connect_batch == connect_batch - 1) prime_all();
  }
  prime_all();
}

WindowResult EchoLoad::run_window(std::size_t target, const WindowSpec& spec) {
  auto& shards = shards_[target];
  const auto from = EchoShard::Clock::now() + spec.warmup;
  std::vector<WindowResult> parts(shards.size());
  team_.run([&](std::size_t index) {
    if (index >= shards.size()) return;
    const EchoShard::Window window{
        .from = from,
        .until = from + spec.measured,
        .backend_cpu = index == 0 ? spec.backend_cpu : nullptr,
    };
    parts[index] = shards[index].run(window);
  });

  WindowResult whole = parts.front();
  for (const WindowResult& part : std::span(parts).subspan(1)) {
    whole.ops += part.ops;
    whole.bytes += part.bytes;
    whole.all_ops += part.all_ops;
    whole.elapsed += part.elapsed;
    whole.load_cpu += part.load_cpu;
    whole.busiest_load_cpu = std::max(whole.busiest_load_cpu, part.busiest_load_cpu);
  }
  // Each shard passes the edges at its next answer: the windows differ by microseconds.
  whole.elapsed /= static_cast<int>(parts.size());
  return whole;
}

void EchoLoad::disconnect(std::size_t target) noexcept {
  for (EchoShard& shard : shards_[target]) shard.close();
}

LoadFigures EchoLoad::figures(std::size_t target) const {
  LoadFigures figures;
  Fairness whole = shards_[target].front().fairness();
  for (const EchoShard& shard : shards_[target]) {
    figures.latency.merge(shard.latency());
    const Fairness part = shard.fairness();
    whole = {.least = std::min(whole.least, part.least), .most = std::max(whole.most, part.most)};
  }
  figures.fairness = whole;
  return figures;
}

}  // namespace ringside
