// Where and with what a run measures: decided once, before its first round.
#pragma once

#include <span>

#include "harness/load/io_choice.hpp"
#include "harness/measure/cpu_plan.hpp"

namespace ringside {

struct Options;
struct Plan;
struct Scenario;

struct Setting {
  CpuPlan cpus;
  IoChoice load_io;
};

/// Throws Error for what the user asked for and cannot have. The plan says how many event loops
/// there will be: each has a listening socket of its own.
Setting choose_setting(const Options& options, const Plan& plan,
                       std::span<const Scenario> scenarios);

}  // namespace ringside
