#include "scenarios/fan_out/params.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "scenarios/fan_out/wire.hpp"

namespace ringside {

namespace {

constexpr std::uint64_t message_limit = std::uint64_t{1} << 20;
// As many listening sockets as a process of ours inherits.
constexpr std::uint64_t sockets_limit = 1024;

std::vector<Json> read_delays(std::string_view text) {
  std::vector<Json> values;
  for (const LeafDelay& delay : parse_leaf_delays(text)) values.emplace_back(to_string(delay));
  return values;
}

}  // namespace

std::span<const Parameter> fan_out_parameters() {
  static constexpr Parameter table[] = {
      {.name = "fan_out",
       .flag = "--fan-out",
       .help = "Leaves that each request goes to",
       .values = {"4,16", "1,4,16", "1,4,16,64"},
       .most = sockets_limit,
       .advice = " leaves"},
      {.name = "connections",
       .flag = "--connections",
       .help = "Connections",
       .values = {"8", "8", "1,8,64"},
       .most = 1'000'000},  // above what any machine holds, and far from where sums overflow
      {.name = "request_bytes",
       .flag = "--request",
       .kind = ParameterKind::bytes,
       .help = "Bytes of a request: 128, 4KiB",
       .values = {"128"},
       .least = request_header_bytes,
       .most = message_limit,
       .advice = ": it begins with a number that identifies it"},
      {.name = "reply_bytes",
       .flag = "--reply",
       .kind = ParameterKind::bytes,
       .help = "Bytes of a leaf's reply: 128, 4KiB",
       .values = {"128"},
       .least = reply_header_bytes,
       .most = message_limit,
       .advice = ": it begins with what the leaf measured"},
      {.name = "leaf_delay",
       .flag = "--leaf-delay",
       .kind = ParameterKind::text,
       .help = "What leaves wait: none, fixed:1ms, exp:1ms, bimodal:100us,10ms,1%",
       .values = {"none", "none,exp:200us", "none,exp:200us,bimodal:100us,10ms,1%"},
       .read = read_delays},
      {.name = "quorum",
       .flag = "--quorum",
       .help = "Replies to wait for (default: all)",
       .most = sockets_limit,
       .advice = " replies",
       .follows = "fan_out"},
      {.name = "threads",
       .flag = "--threads",
       .help = "Event-loop threads of a backend",
       .values = {"1"},
       .most = sockets_limit,
       .advice = ": one for each CPU is usual"},
      {.name = "arrival", .kind = ParameterKind::text, .values = {"closed"}, .read = as_it_is},
      {.name = "rate_per_s", .kind = ParameterKind::text},
  };
  return table;
}

void check_fan_out(const Json& json) {
  const FanOutParams params = fan_out_params_from_json(json);
  if (params.quorum > params.fan_out) {
    throw Error(fmt::format("--quorum {} with --fan-out {}: so many replies never come",
                            params.quorum, params.fan_out),
                fmt::format("use a quorum of 1 to {}, or name --fan-out as well", params.fan_out));
  }
  require_a_connection_for_each_loop(json);
}

Json to_json(const FanOutParams& params) {
  return {{"fan_out", params.fan_out},
          {"connections", params.connections},
          {"request_bytes", params.request_bytes},
          {"reply_bytes", params.reply_bytes},
          {"leaf_delay", to_string(params.leaf_delay)},
          {"quorum", params.quorum},
          {"threads", params.threads},
          {"arrival", "closed"},
          {"rate_per_s", nullptr}};
}

FanOutParams fan_out_params_from_json(const Json& json) try {
  return {.fan_out = json.at("fan_out"),
          .connections = json.at("connections"),
          .request_bytes = json.at("request_bytes"),
          .reply_bytes = json.at("reply_bytes"),
          .leaf_delay = parse_leaf_delays(json.at("leaf_delay").get<std::string>()).front(),
          .quorum = json.at("quorum"),
          .threads = json.at("threads")};
} catch (const Json::exception& failure) {
  throw Error(fmt::format("fan_out parameters cannot be read: {}", failure.what()));
}

}  // namespace ringside
