#include "scenarios/fan_out/leaves.hpp"

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "harness/measure/cpus.hpp"
#include "scenarios/fan_out/leaf_server.hpp"

namespace ringside {

Leaves::Leaves(const FanOutParams& params, std::uint64_t seed)
    : listeners_(listen_apart(params.fan_out)),
      process_("leaves", listeners_.sockets, CpuSet::allowed()),
      cpu_clock_(process_.pid()) {
  // The process has its own copies now: when it dies, connecting must fail at once.
  listeners_.sockets.clear();
  process_.channel().send({{"type", "start"},
                           {"protocol", control_protocol},
                           {"params", to_json(params)},
                           {"seed", seed}});
  process_.expect("ready");
}

std::optional<Epitaph> Leaves::end() {
  Epitaph epitaph = process_.epitaph();
  if (epitaph.reason.empty()) return std::nullopt;
  constexpr std::string_view subject = "its process";
  if (epitaph.reason.starts_with(subject)) {
    epitaph.reason.replace(0, subject.size(), "the leaves' process");
  } else {
    epitaph.reason = "the leaves' process failed: " + epitaph.reason;
  }
  return epitaph;
}

int run_leaves_process(UniqueFd control, std::vector<UniqueFd> listeners) {
  std::vector<int> sockets;
  for (const UniqueFd& listener : listeners) sockets.push_back(listener.get());
  return run_helper(std::move(control), [&](const ControlChannel& channel, const Json& start) {
    LeafServer server(fan_out_params_from_json(start.at("params")),
                      start.at("seed").get<std::uint64_t>(), sockets);
    channel.send({{"type", "ready"}});
    // The only word that can come is "stop"; the end of the channel means the same.
    server.run(channel.fd());
    channel.send({{"type", "stopped"}});
  });
}

}  // namespace ringside
