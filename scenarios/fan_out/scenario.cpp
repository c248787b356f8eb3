#include "scenarios/fan_out/scenario.hpp"

#include <chrono>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "backends/tasks/fan_out.hpp"
#include "base/net/listen.hpp"
#include "base/units.hpp"
#include "scenarios/fan_out/load.hpp"
#include "scenarios/fan_out/params.hpp"

namespace ringside {

namespace {

// A slice (20 ms by default) must hold many answers of each connection, or what is cut off at its
// edges decides the figure.
constexpr std::chrono::milliseconds longest_for_slices{2};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string describe(const Json& json) {
  const FanOutParams params = fan_out_params_from_json(json);
  std::string text = fmt::format(
      "{} x {}, {} asked, {} replied", counted(params.connections, "connection", "connections"),
      counted(params.fan_out, "leaf", "leaves"), format_bytes(params.request_bytes),
      format_bytes(params.reply_bytes));
  if (params.leaf_delay != LeafDelay{}) text += ", delay " + to_string(params.leaf_delay);
  if (params.quorum != params.fan_out) text += fmt::format(", quorum {}", params.quorum);
  return text + ", " + counted(params.threads, "event-loop thread", "event-loop threads");
}

DescriptorNeeds descriptors(const Json& json) {
  const FanOutParams params = fan_out_params_from_json(json);
  return {.in_cell = params.connections * (params.fan_out + 1) + params.threads,
          // The leaves' process needs most: its listeners, and every connection of every cell.
          .in_load = (params.connections + 1) * params.fan_out};
}

std::string whole_windows(const Json& json) {
  const auto delay = customary_longest(fan_out_params_from_json(json).leaf_delay);
  if (delay <= longest_for_slices) return {};
  return fmt::format("leaves take up to {}, too long for slices", format_duration(delay));
}

void run_cell(const Backend& backend, const Json& json, const CellEnvironment& environment) {
  const FanOutParams params = fan_out_params_from_json(json);
  std::vector<sockaddr_in> leaves;
  for (const Json& leaf : environment.setup.at("leaves")) {
    leaves.push_back(to_sockaddr(parse_endpoint(leaf.get<std::string>())));
  }
  const auto count_late = [&](std::uint64_t replies) {
    environment.count("late_replies", replies);
  };
  // So that "none was late" is known where some could have been.
  if (params.quorum < params.fan_out) count_late(0);
  backend.run(FanOutTask{.listeners = environment.listeners,
                         .leaves = leaves,
                         .request_bytes = params.request_bytes,
                         .reply_bytes = params.reply_bytes,
                         .quorum = params.quorum,
                         .count_late = count_late,
                         .stop = environment.stop,
                         .effective = environment.effective,
                         .ready = environment.ready});
}

}  // namespace

const Scenario fan_out_scenario{
    .name = "fan_out",
    .summary = "a middle tier that asks K leaves and waits for their replies; closed-loop clients",
    .title = "Fan-out",
    .parameters = fan_out_parameters(),
    .check = check_fan_out,
    .words = [](const Json&) -> WorkWords { return {.operation = "request", .unit = "req"}; },
    .describe = describe,
    .listeners = [](const Json& params) { return fan_out_params_from_json(params).threads; },
    .descriptors = descriptors,
    .population = [](const Json& params) -> Population {
      return {.operations = fan_out_params_from_json(params).connections};
    },
    .whole_windows = whole_windows,
    .sub_operations = [](const Json& params) -> SubOperations {
      return {.name = "sub_request", .count = fan_out_params_from_json(params).fan_out};
    },
    .run_cell = run_cell,
    .make_load = [](const Json& params,
                    const LoadEnvironment& environment) -> std::unique_ptr<Load> {
      return std::make_unique<FanOutLoad>(fan_out_params_from_json(params), environment);
    },
};

}  // namespace ringside
