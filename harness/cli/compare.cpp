#include "harness/cli/compare.hpp"

#include <memory>
#include <string>

#include <fmt/format.h>

#include "base/standard_streams.hpp"
#include "base/text.hpp"
#include "harness/cli/compare_pair.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/show.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/report/compare/changes.hpp"
#include "harness/report/compare/run_comparison.hpp"

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
  const RunPair pair = compare_pair(flags.base, flags.head, flags.allow_different_machines);
  // A CSV has no place for them.
  if (flags.show.format == "csv") {
    for (const std::string& warning : pair.comparison.warnings) {
      tell(fmt::format("ringside: {}\n", printable(warning)));
    }
    for (const std::string& sentence : unmatched_rows(pair.comparison)) {
      tell(fmt::format("ringside: {}\n", sentence));
    }
  }
  show(pair.comparison, flags.show);
  return pair.comparison.wrong_data ? exit_wrong_data : exit_done;
}

}  // namespace

void add_compare(CLI::App& app, int& status) {
  const auto flags = std::make_shared<CompareFlags>();
  CLI::App* command = app.add_subcommand("compare", "Say what changed between two runs");
  know_path(command->add_option("base", flags->base, "A results folder, or a trials.jsonl"))
      ->required();
  know_path(command->add_option("head", flags->head, "The one that is held against it"))
      ->required();
  add_allow_different_machines(*command, flags->allow_different_machines);
  add_show_flags(*command, flags->show);
  command->callback([flags, &status] { status = compare(*flags); });
}

}  // namespace ringside
