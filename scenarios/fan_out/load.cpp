#include "scenarios/fan_out/load.hpp"

#include <algorithm>
#include <span>

#include "harness/load/shards.hpp"
#include "harness/measure/cpus.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;

double share(nanoseconds part, nanoseconds whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

/// Does `work`; when it fails because the leaves are gone, throws what became of them instead.
template <typename Work>
auto blaming_the_right_one(Leaves& leaves, const Work& work) {
  try {
    return work();
  } catch (const Interrupted&) {
    throw;
  } catch (const Error&) {
    if (const auto end = leaves.end()) throw Error(end->reason, end->mend);
    throw;
  }
}

}  // namespace

FanOutLoad::FanOutLoad(const FanOutParams& params, const LoadEnvironment& environment)
    : params_(params),
      team_(environment.team),
      cpus_(CpuSet::allowed().size()),
      wire_(params, environment.seed),
      leaves_(params, environment.seed),
      targets_(environment.targets) {
  const std::size_t threads = std::min(team_.size(), params.connections);
  for (TargetState& target : targets_) {
    for (std::size_t i = 0; i < threads; ++i) {
      target.shards.emplace_back(params, environment.seed, wire_, environment.io,
                                 environment.interrupt);
    }
  }
}

FanOutLoad::~FanOutLoad() {
  for (std::size_t target = 0; target < targets_.size(); ++target) disconnect(target);
}

Json FanOutLoad::cell_setup(std::size_t /*target*/) {
  Json leaves = Json::array();
  for (const Endpoint& endpoint : leaves_.endpoints()) leaves.push_back(to_string(endpoint));
  return {{"leaves", leaves}};
}

void FanOutLoad::connect(std::size_t target, const Target& reached) {
  blaming_the_right_one(leaves_, [&] {
    connect_shards(team_, targets_[target].shards, params_.connections, reached.endpoints);
  });
}

WindowResult FanOutLoad::run_window(std::size_t target, const WindowSpec& spec) {
  return blaming_the_right_one(leaves_, [&] {
    TargetState& state = targets_[target];
    // Read while nothing is asked of the leaves, as the backend's clock is.
    const nanoseconds before = leaves_.cpu_clock().now();
    WindowResult result = run_shards(team_, state.shards, spec);
    const nanoseconds leaves = share_of_measured(leaves_.cpu_clock().now() - before, result);
    state.work += result.work;
    state.elapsed += result.elapsed;
    state.leaves_cpu += leaves;
    state.busiest_client_cpu += result.busiest_load_cpu;
    add_leaves(result, leaves);
    return result;
  });
}

// Clients and leaves share some CPUs: what is busiest is one of them, or all of these CPUs
// together. On a single one that is always the sum.
void FanOutLoad::add_leaves(WindowResult& result, nanoseconds leaves_cpu) const {
  const nanoseconds average = (result.load_cpu + leaves_cpu) / static_cast<std::int64_t>(cpus_);
  result.busiest_load_cpu = std::max({result.busiest_load_cpu, leaves_cpu, average});
}

void FanOutLoad::disconnect(std::size_t target) noexcept {
  on_every_shard(team_, targets_[target].shards,
                 [](FanOutShard& shard, std::size_t) { shard.close(); });
}

LoadFigures FanOutLoad::figures(std::size_t target) const {
  const TargetState& state = targets_[target];
  LoadFigures whole = figures_of(state.shards);
  if (state.work > 0) {
    const double sub_requests = state.work * static_cast<double>(params_.fan_out);
    whole.figures["leaves_cpu_ns_per_sub_request"] =
        static_cast<double>(state.leaves_cpu.count()) / sub_requests;
    whole.figures["leaves_cpu_utilisation"] = share(state.leaves_cpu, state.elapsed);
    whole.figures["clients_cpu_utilisation"] = share(state.busiest_client_cpu, state.elapsed);
  }
  return whole;
}

void FanOutLoad::forget_figures(std::size_t target) {
  TargetState& state = targets_[target];
  for (FanOutShard& shard : state.shards) shard.forget_figures();
  state.work = 0;
  state.elapsed = state.leaves_cpu = state.busiest_client_cpu = {};
}

}  // namespace ringside
