// Where and with what a run measures: decided once, before its first round.
#pragma once

#include "harness/load/io_choice.hpp"
#include "harness/measure/cpu_plan.hpp"

namespace ringside {

struct Options;

struct Setting {
  CpuPlan cpus;
  IoChoice load_io;
};

/// Throws Error for what the user asked for and cannot have.
Setting choose_setting(const Options& options);

}  // namespace ringside
