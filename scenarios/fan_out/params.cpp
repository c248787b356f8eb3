#include "scenarios/fan_out/params.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "scenarios/fan_out/wire.hpp"

namespace ringside {

namespace {

constexpr std::size_t message_limit = std::size_t{1} << 20;
// As many listening sockets as a process of ours inherits.
constexpr std::size_t sockets_limit = 1024;
// Above what any machine holds, and far from where sums of descriptors overflow.
constexpr std::size_t connections_limit = 1'000'000;

void require(std::size_t value, std::size_t low, std::size_t high, std::string_view flag,
             std::string_view why) {
  if (value >= low && value <= high) return;
  throw Error(fmt::format("{} is {}", flag, value), fmt::format("use {} to {}{}", low, high, why));
}

}  // namespace

std::vector<FanOutParams> combinations(const FanOutSweep& sweep) {
  std::vector<FanOutParams> all{FanOutParams{}};
  const auto vary = [&all](const auto& values, auto set) {
    std::vector<FanOutParams> varied;
    for (const FanOutParams& params : all) {
      for (const auto& value : values) set(varied.emplace_back(params), value);
    }
    all = std::move(varied);
  };
  vary(sweep.fan_out, [](FanOutParams& p, std::size_t value) { p.fan_out = p.quorum = value; });
  vary(sweep.connections, [](FanOutParams& p, std::size_t value) { p.connections = value; });
  vary(sweep.request_bytes, [](FanOutParams& p, std::size_t value) { p.request_bytes = value; });
  vary(sweep.reply_bytes, [](FanOutParams& p, std::size_t value) { p.reply_bytes = value; });
  vary(sweep.leaf_delay, [](FanOutParams& p, const LeafDelay& value) { p.leaf_delay = value; });
  if (!sweep.quorum.empty()) {
    vary(sweep.quorum, [](FanOutParams& p, std::size_t value) { p.quorum = value; });
  }
  vary(sweep.threads, [](FanOutParams& p, std::size_t value) { p.threads = value; });
  return all;
}

void validate(const FanOutParams& params) {
  require(params.fan_out, 1, sockets_limit, "--fan-out", " leaves");
  require(params.connections, 1, connections_limit, "--connections", "");
  require(params.threads, 1, sockets_limit, "--threads", ": one for each CPU is usual");
  require(params.request_bytes, request_header_bytes, message_limit, "--request",
          " bytes: it begins with a number that identifies it");
  require(params.reply_bytes, reply_header_bytes, message_limit, "--reply",
          " bytes: it begins with what the leaf measured");
  require(params.quorum, 1, sockets_limit, "--quorum", " replies");
  if (params.quorum > params.fan_out) {
    throw Error(fmt::format("--quorum {} with --fan-out {}: so many replies never come",
                            params.quorum, params.fan_out),
                fmt::format("use a quorum of 1 to {}, or name --fan-out as well", params.fan_out));
  }
  if (params.threads > params.connections) {
    throw Error(fmt::format("--threads {} with --connections {}: some event loops would have no "
                            "connection",
                            params.threads, params.connections),
                "use at least as many connections as threads");
  }
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
