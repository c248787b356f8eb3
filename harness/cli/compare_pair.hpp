// Two folders of results held against each other, for the commands that do so.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "harness/report/compare/compared_run.hpp"
#include "harness/report/compare/run_comparison.hpp"

namespace ringside {

struct RunPair {
  ComparedRun base;
  ComparedRun head;
  RunComparison comparison;
};

/// Adds --allow-different-machines; `allow` must live as long as `command` does.
void add_allow_different_machines(CLI::App& command, bool& allow);

/// Reads both and compares them. Throws Error when one cannot be read, when they have nothing in
/// common, and when they come from different machines or loads, unless that is allowed.
RunPair compare_pair(const std::string& base, const std::string& head,
                     bool allow_different_machines);

}  // namespace ringside
