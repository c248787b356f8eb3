// The echo scenario's load: a closed-loop client for every backend of a round.
#pragma once

#include <deque>
#include <vector>

#include "harness/load/load.hpp"
#include "scenarios/echo/params.hpp"
#include "scenarios/echo/shard.hpp"
#include "scenarios/echo/stream.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

/// Shards each target's connections over the threads of the team. See Load.
class EchoLoad final : public Load {
 public:
  EchoLoad(const EchoParams& params, const LoadEnvironment& environment);
  ~EchoLoad() override;
  EchoLoad(const EchoLoad&) = delete;
  EchoLoad& operator=(const EchoLoad&) = delete;

  void connect(std::size_t target, const Target& reached) override;
  WindowResult run_window(std::size_t target, const WindowSpec& spec) override;
  void disconnect(std::size_t target) noexcept override;
  LoadFigures figures(std::size_t target) const override;
  void forget_figures(std::size_t target) override;

 private:
  EchoParams params_;
  ThreadTeam& team_;
  EchoStream stream_;
  std::vector<std::deque<EchoShard>> shards_;  // [target][thread]; they do not move
};

}  // namespace ringside
