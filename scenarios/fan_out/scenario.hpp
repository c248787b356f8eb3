// The fan_out scenario's row of the table.
#pragma once

#include "scenarios/scenario.hpp"

namespace ringside {

/// A middle tier that asks K leaves and waits for them; throughput in parent requests, latency per
/// parent request.
extern const Scenario fan_out_scenario;

}  // namespace ringside
