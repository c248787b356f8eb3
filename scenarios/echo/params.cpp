#include "scenarios/echo/params.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

std::vector<EchoParams> combinations(const EchoSweep& sweep) {
  std::vector<EchoParams> all;
  for (const std::size_t connections : sweep.connections) {
    for (const std::size_t payload_bytes : sweep.payload_bytes) {
      for (const std::size_t pipeline : sweep.pipeline) {
        for (const std::size_t threads : sweep.threads) {
          all.push_back({connections, payload_bytes, pipeline, threads});
        }
      }
    }
  }
  return all;
}

void validate(const EchoParams& params) {
  constexpr std::size_t payload_limit = std::size_t{64} << 20;
  // Above what any machine holds, and far from where sums of descriptors overflow.
  constexpr std::size_t connections_limit = 1'000'000;
  constexpr std::size_t threads_limit = 1024;  // as many listening sockets as a cell takes
  const auto positive = [](std::size_t value, std::string_view flag) {
    if (value == 0) throw Error(fmt::format("{} is 0", flag), "give a number from 1 on");
  };
  positive(params.connections, "--connections");
  positive(params.payload_bytes, "--payload");
  positive(params.pipeline, "--pipeline");
  positive(params.threads, "--threads");
  if (params.connections > connections_limit) {
    throw Error(
        fmt::format("--connections {} is more than {}", params.connections, connections_limit),
        "use fewer connections");
  }
  if (params.threads > threads_limit) {
    throw Error(fmt::format("--threads {} is more than {}", params.threads, threads_limit),
                "use fewer threads: one for each CPU is usual");
  }
  if (params.threads > params.connections) {
    throw Error(fmt::format("--threads {} with --connections {}: some event loops would have no "
                            "connection",
                            params.threads, params.connections),
                "use at least as many connections as threads");
  }
  if (params.payload_bytes > payload_limit) {
    throw Error(
        fmt::format("--payload {} is more than {} bytes", params.payload_bytes, payload_limit),
        "use a smaller message");
  }
  if (params.pipeline > 4096) {
    throw Error(fmt::format("--pipeline {} is more than 4096", params.pipeline),
                "use more connections instead");
  }
}

Json to_json(const EchoParams& params) {
  return {{"connections", params.connections},
          {"payload_bytes", params.payload_bytes},
          {"pipeline", params.pipeline},
          {"threads", params.threads},
          {"arrival", "closed"},
          {"rate_per_s", nullptr}};
}

EchoParams echo_params_from_json(const Json& json) try {
  return {.connections = json.at("connections"),
          .payload_bytes = json.at("payload_bytes"),
          .pipeline = json.at("pipeline"),
          .threads = json.at("threads")};
} catch (const Json::exception& failure) {
  throw Error(fmt::format("echo parameters cannot be read: {}", failure.what()));
}

std::size_t buffer_bytes(const EchoParams& params) noexcept {
  constexpr std::size_t least = std::size_t{16} << 10;
  constexpr std::size_t most = std::size_t{1} << 20;
  return std::clamp(std::bit_ceil(params.payload_bytes), least, most);
}

}  // namespace ringside
