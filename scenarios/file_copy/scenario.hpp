// The file_copy scenario's row of the table.
#pragma once

#include "scenarios/scenario.hpp"

namespace ringside {

/// Copies files, again and again; throughput in bytes, latency per block of one file, or per file
/// of many.
extern const Scenario file_copy_scenario;

}  // namespace ringside
