#include "harness/cli/manual.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/names.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/manual/bash_completion.hpp"
#include "harness/manual/described_command.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/manual/man_page.hpp"
#include "harness/manual/zsh_completion.hpp"
#include "harness/version.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

using Explanations = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view what_it_does =
    "Measures blocking threads, callbacks, futures, coroutines, raw epoll, raw io_uring and "
    "libevent side by side on this machine, in the same scenarios, and says which is faster, by "
    "how much and how sure that is. A run writes its results into a folder and shows a summary.";

template <typename Rows>
Explanations summaries(const Rows& rows) {
  Explanations table;
  for (const auto& row : rows) table.emplace_back(row.name, row.summary);
  return table;
}

Explanations exit_statuses() {
  const auto row = [](int status, const char* meaning) {
    return std::pair(fmt::format("{}", status), std::string(meaning));
  };
  return {row(exit_done, "Done, or a gate passed."),
          row(exit_error, "Wrong use, a backend failed, or nothing could be measured."),
          row(exit_wrong_data, "A backend answered with other bytes than were sent."),
          row(exit_inconclusive, "A gate is inconclusive, or the machine unstable."),
          row(exit_regression, "A gate found a regression."),
          row(exit_interrupted, "Interrupted; what was measured is kept.")};
}

std::vector<ManSection> man_sections(std::span<const Backend> backends,
                                     std::span<const Scenario> scenarios) {
  return {
      {.heading = "SCENARIOS", .text = {}, .list = summaries(scenarios)},
      {.heading = "BACKENDS",
       .text = "`ringside list` says which of them can run here, and how to mend it where not.",
       .list = summaries(backends)},
      {.heading = "ENVIRONMENT",
       .text = {},
       .list = {{"NO_COLOR", "No colours, unless --color says otherwise."},
                {"GITHUB_ACTIONS, GITHUB_STEP_SUMMARY",
                 "Where a gate prints annotations and appends its summary."}}},
      {.heading = "FILES",
       .text = {},
       .list =
           {{"results/TIME-HOST/",
             "What a run has measured: report.html, plots/, trials.jsonl, run.json, the summary "
             "and CSV files. Plots are drawn with Debian's python3-matplotlib where that is "
             "installed."}}},
      {.heading = "EXIT STATUS", .text = {}, .list = exit_statuses()},
      {.heading = "EXAMPLES",
       .text = {},
       .list = {{"ringside run", "All scenarios, the quick profile: some five minutes."},
                {"ringside run echo --connections 1,64,512 --backends epoll,io_uring",
                 "Two backends over a sweep of connections."},
                {"ringside gate --base old/ringside --backends epoll",
                 "Whether this build is slower than that one."},
                {"ringside doctor", "What on this machine will spoil results."}}},
  };
}

struct ManualForm {
  std::string_view name;
  std::string (*write)(const DescribedCommand& app, std::span<const Backend> backends,
                       std::span<const Scenario> scenarios);
};

constexpr auto manual_forms = std::to_array<ManualForm>({
    {"man",
     [](const DescribedCommand& app, std::span<const Backend> backends,
        std::span<const Scenario> scenarios) {
       return man_page(app, version, std::string(what_it_does), man_sections(backends, scenarios));
     }},
    {"bash", [](const DescribedCommand& app, std::span<const Backend>,
                std::span<const Scenario>) { return bash_completion(app); }},
    {"zsh", [](const DescribedCommand& app, std::span<const Backend>,
               std::span<const Scenario>) { return zsh_completion(app); }},
});

}  // namespace

void add_manual(CLI::App& app, std::span<const Backend> backends,
                std::span<const Scenario> scenarios) {
  const auto form = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("manual", "")->group("");
  know_words(command->add_option("form", *form, "man, bash or zsh"), names_of(manual_forms))
      ->required();
  command->callback([&app, form, backends, scenarios] {
    put_output(find_named("form", *form, manual_forms).write(describe(app), backends, scenarios));
  });
}

}  // namespace ringside
