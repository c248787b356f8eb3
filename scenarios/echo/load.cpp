#include "scenarios/echo/load.hpp"

#include <algorithm>

#include "harness/load/shards.hpp"

namespace ringside {

EchoLoad::EchoLoad(const EchoParams& params, const LoadEnvironment& environment)
    : params_(params), team_(environment.team), stream_(environment.seed) {
  const std::size_t threads = std::min(team_.size(), params.connections);
  for (std::size_t target = 0; target < environment.targets; ++target) {
    auto& shards = shards_.emplace_back();
    for (std::size_t i = 0; i < threads; ++i) {
      shards.emplace_back(params, stream_, environment.io, environment.interrupt);
    }
  }
}

EchoLoad::~EchoLoad() {
  for (std::size_t target = 0; target < shards_.size(); ++target) disconnect(target);
}

void EchoLoad::connect(std::size_t target, const Target& reached) {
  connect_shards(team_, shards_[target], params_.connections, reached.endpoints);
}

WindowResult EchoLoad::run_window(std::size_t target, const WindowSpec& spec) {
  return run_shards(team_, shards_[target], spec);
}

void EchoLoad::disconnect(std::size_t target) noexcept {
  on_every_shard(team_, shards_[target], [](EchoShard& shard, std::size_t) { shard.close(); });
}

LoadFigures EchoLoad::figures(std::size_t target) const {
  return figures_of(shards_[target]);
}

void EchoLoad::forget_figures(std::size_t target) {
  for (EchoShard& shard : shards_[target]) shard.forget_figures();
}

}  // namespace ringside
