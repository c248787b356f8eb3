#include "harness/trial/child.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"

namespace ringside {

std::string Child::start(const std::string& scenario, const std::string& backend,
                         const Json& params, const Json& setup) {
  process_.channel().send({{"type", "start"},
                           {"protocol", control_protocol},
                           {"scenario", scenario},
                           {"backend", backend},
                           {"params", params},
                           {"setup", setup}});
  return process_.expect("ready").value("backend_version", "");
}

Snapshot Child::snapshot() const {
  process_.channel().send({{"type", "snapshot"}});
  const Json answer = process_.expect("snapshot");
  Snapshot snapshot;
  snapshot.user = std::chrono::nanoseconds(answer.at("user_ns").get<std::int64_t>());
  snapshot.system = std::chrono::nanoseconds(answer.at("system_ns").get<std::int64_t>());
  snapshot.voluntary = answer.at("voluntary");
  snapshot.involuntary = answer.at("involuntary");
  snapshot.effective = answer.at("effective").get<std::map<std::string, std::string>>();
  snapshot.counters = answer.at("counters").get<std::map<std::string, std::uint64_t>>();
  return snapshot;
}

Json Child::ask(Json order, std::chrono::milliseconds limit, const StopSignal& interrupt) const {
  order["type"] = "order";
  process_.channel().send(order);
  std::array<pollfd, 2> waiting{
      pollfd{.fd = process_.channel().fd(), .events = POLLIN, .revents = 0},
      pollfd{.fd = interrupt.fd(), .events = POLLIN, .revents = 0}};
  int ready = 0;
  do {
    ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(limit.count()));
  } while (ready < 0 && errno == EINTR);
  if (waiting[1].revents != 0) throw Interrupted();
  if (ready == 0) {
    throw TargetFailure(TargetFailure::Kind::stalled,
                        fmt::format("its work was not done after {} s", limit.count() / 1000));
  }
  return process_.expect("done");
}

}  // namespace ringside
