#include "scenarios/echo/scenario.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "backends/tasks/echo.hpp"
#include "base/units.hpp"
#include "scenarios/echo/load.hpp"
#include "scenarios/echo/params.hpp"

namespace ringside {

namespace {

std::string describe(const Json& json) {
  const EchoParams params = echo_params_from_json(json);
  return fmt::format("{} connection{} x {}{}, {} event-loop thread{}", params.connections,
                     params.connections == 1 ? "" : "s", format_bytes(params.payload_bytes),
                     params.pipeline == 1 ? "" : fmt::format(" x {} in flight", params.pipeline),
                     params.threads, params.threads == 1 ? "" : "s");
}

/// With so few messages in flight both sides sleep between them. How soon a CPU wakes adapts to
/// that (idle states, a hypervisor's polling) over longer than a slice: on the reference machine
/// the second half of a slice saw a fifth more messages than the first.
std::string whole_windows(const Json& json) {
  constexpr std::size_t enough_to_keep_awake = 4;
  const EchoParams params = echo_params_from_json(json);
  if (params.connections * params.pipeline >= enough_to_keep_awake) return {};
  return "with so few messages in flight CPUs sleep between them, and take longer than a slice to "
         "settle to that";
}

void run_cell(const Backend& backend, const Json& json, const CellEnvironment& environment) {
  backend.run(EchoTask{.listeners = environment.listeners,
                       .buffer_bytes = buffer_bytes(echo_params_from_json(json)),
                       .stop = environment.stop,
                       .effective = environment.effective,
                       .ready = environment.ready});
}

}  // namespace

const Scenario echo_scenario{
    .name = "echo",
    .summary = "a TCP server that returns every byte; closed-loop clients",
    .title = "Echo",
    .parameters = echo_parameters(),
    .check = require_a_connection_for_each_loop,
    .words = [](const Json&) -> WorkWords { return {.operation = "message", .unit = "msg"}; },
    .describe = describe,
    .listeners = [](const Json& params) { return echo_params_from_json(params).threads; },
    .descriptors = [](const Json& params) -> DescriptorNeeds {
      const std::size_t connections = echo_params_from_json(params).connections;
      return {.in_cell = connections, .in_load = connections};
    },
    .population = [](const Json& json) -> Population {
      const EchoParams params = echo_params_from_json(json);
      return {.operations = params.connections * params.pipeline};
    },
    .whole_windows = whole_windows,
    .run_cell = run_cell,
    .make_load = [](const Json& params,
                    const LoadEnvironment& environment) -> std::unique_ptr<Load> {
      return std::make_unique<EchoLoad>(echo_params_from_json(params), environment);
    },
};

}  // namespace ringside
