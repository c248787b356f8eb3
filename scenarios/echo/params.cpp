#include "scenarios/echo/params.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

std::span<const Parameter> echo_parameters() {
  static constexpr Parameter table[] = {
      {.name = "connections",
       .flag = "--connections",
       .help = "Connections",
       .values = {"64", "1,64,512", "1,64,512"},
       .most = 1'000'000},  // above what any machine holds, and far from where sums overflow
      {.name = "payload_bytes",
       .flag = "--payload",
       .kind = ParameterKind::bytes,
       .help = "Bytes of a message: 128, 4KiB, 64kB",
       .values = {"128", "128,4KiB", "128,4KiB,64KiB"},
       .most = std::uint64_t{64} << 20},
      {.name = "pipeline",
       .flag = "--pipeline",
       .help = "Messages in flight on a connection",
       .values = {"1", "1", "1,16"},
       .most = 4096,
       .advice = ", and more connections instead"},
      {.name = "threads",
       .flag = "--threads",
       .help = "Event-loop threads of a backend",
       .values = {"1"},
       .most = 1024,  // as many listening sockets as a cell takes
       .advice = ": one for each CPU is usual"},
      {.name = "arrival", .kind = ParameterKind::text, .values = {"closed"}, .read = as_it_is},
      {.name = "rate_per_s", .kind = ParameterKind::text},
  };
  return table;
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
