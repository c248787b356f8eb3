#include "harness/cli/compare.hpp"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/show.hpp"
#include "harness/compare/compared_run.hpp"
#include "harness/compare/machines.hpp"
#include "harness/compare/run_comparison.hpp"

namespace ringside {

namespace {

struct CompareFlags {
  std::string base;
  std::string head;
  bool allow_different_machines = false;
  ShowFlags show;
};

int compare(const CompareFlags& flags) {
  validate(flags.show);
  const ComparedRun base = read_compared_run(flags.base);
  const ComparedRun head = read_compared_run(flags.head);
  const RunDifferences differ = differences(base, head);
  if (!differ.grave.empty() && !flags.allow_different_machines) {
    throw Error(fmt::format("the two runs cannot be compared: {}", fmt::join(differ.grave, "; ")),
                "take both on one machine in the same way; --allow-different-machines compares "
                "them nevertheless");
  }
  const RunComparison comparison = compare_runs(base, head);
  if (comparison.rows.empty()) {
    throw Error(fmt::format("{} and {} have nothing in common: no scenario with the same "
                            "parameters and backend is in both",
                            base.name, head.name),
                "run both with the same flags");
  }
  show(comparison, flags.show);
  return comparison.wrong_data ? exit_wrong_data : exit_done;
}

}  // namespace

void add_compare(CLI::App& app, int& status) {
  const auto flags = std::make_shared<CompareFlags>();
  CLI::App* command = app.add_subcommand("compare", "Say what changed between two runs");
  command->add_option("base", flags->base, "A results folder, or a trials.jsonl")->required();
  command->add_option("head", flags->head, "The one that is held against it")->required();
  command->add_flag("--allow-different-machines", flags->allow_different_machines,
                    "Also where machine, CPUs, kernel or the load's io differ");
  add_show_flags(*command, flags->show);
  command->callback([flags, &status] { status = compare(*flags); });
}

}  // namespace ringside
