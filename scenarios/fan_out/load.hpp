// The fan_out scenario's load: the leaves, and a closed-loop client for every backend of a round.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

#include "harness/load/load.hpp"
#include "scenarios/fan_out/leaves.hpp"
#include "scenarios/fan_out/params.hpp"
#include "scenarios/fan_out/shard.hpp"
#include "scenarios/fan_out/wire.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

/// Shards each target's connections over the threads of the team, and owns the leaves that all
/// targets share. When the leaves are gone, what the targets do wrong for that reason is thrown as
/// an Error that says so, and not as their failure. See Load.
class FanOutLoad final : public Load {
 public:
  /// Starts the leaves. Throws Error.
  FanOutLoad(const FanOutParams& params, const LoadEnvironment& environment);
  ~FanOutLoad() override;
  FanOutLoad(const FanOutLoad&) = delete;
  FanOutLoad& operator=(const FanOutLoad&) = delete;

  /// {"leaves": ["127.0.0.1:40001", …]}.
  Json cell_setup(std::size_t target) override;
  void connect(std::size_t target, const Target& reached) override;
  WindowResult run_window(std::size_t target, const WindowSpec& spec) override;
  void disconnect(std::size_t target) noexcept override;
  LoadFigures figures(std::size_t target) const override;
  void forget_figures(std::size_t target) override;
  std::vector<pid_t> processes() const override { return {leaves_.pid()}; }

 private:
  struct TargetState {
    std::deque<FanOutShard> shards;  // one a thread; they do not move
    // In the measured parts since figures were forgotten last:
    double work = 0;
    std::chrono::nanoseconds elapsed{};
    std::chrono::nanoseconds leaves_cpu{};
    std::chrono::nanoseconds busiest_client_cpu{};
  };

  void add_leaves(WindowResult& result, std::chrono::nanoseconds leaves_cpu) const;

  FanOutParams params_;
  ThreadTeam& team_;
  std::size_t cpus_;  // that leaves and clients share
  Wire wire_;
  Leaves leaves_;
  std::vector<TargetState> targets_;
};

}  // namespace ringside
