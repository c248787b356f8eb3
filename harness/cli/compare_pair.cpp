#include "harness/cli/compare_pair.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "harness/report/compare/machines.hpp"

namespace ringside {

void add_allow_different_machines(CLI::App& command, bool& allow) {
  command.add_flag("--allow-different-machines", allow,
                   "Also where machine, CPUs, kernel or the load's io differ");
}

RunPair compare_pair(const std::string& base_path, const std::string& head_path,
                     bool allow_different_machines) {
  ComparedRun base = read_compared_run(base_path);
  ComparedRun head = read_compared_run(head_path);
  const RunDifferences differ = differences(base, head);
  if (!differ.grave.empty() && !allow_different_machines) {
    throw Error(fmt::format("the two runs cannot be compared: {}", fmt::join(differ.grave, "; ")),
                "take both on one machine in the same way; --allow-different-machines compares "
                "them nevertheless");
  }
  RunComparison comparison = compare_runs(base, head);
  if (comparison.rows.empty()) {
    throw Error(fmt::format("{} and {} have nothing in common: {}", base.name, head.name,
                            why_nothing_in_common(base, head)),
                "run both with the same flags");
  }
  return {std::move(base), std::move(head), std::move(comparison)};
}

}  // namespace ringside
