// The echo scenario's row of the table.
#pragma once

#include "scenarios/scenario.hpp"

namespace ringside {

/// A TCP server that returns every byte; throughput in messages, latency per message.
extern const Scenario echo_scenario;

}  // namespace ringside
