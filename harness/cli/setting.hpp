// Where and with what a run measures: decided once, before its first round.
#pragma once

#include <string>
#include <vector>

#include "harness/load/io_choice.hpp"
#include "harness/measure/cpu_plan.hpp"

namespace ringside {

struct Options;

struct Setting {
  CpuPlan cpus;
  IoChoice load_io;

  /// What a reader of the results must know about both: whole sentences without a full stop.
  std::vector<std::string> caveats() const;
};

/// Throws Error for what the user asked for and cannot have.
Setting choose_setting(const Options& options);

}  // namespace ringside
