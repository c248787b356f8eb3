#include "harness/cli/run.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/stop_signal.hpp"
#include "base/text.hpp"
#include "harness/cli/draw.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/progress.hpp"
#include "harness/cli/run_flags.hpp"
#include "harness/cli/show.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/measure/limits.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/report/render/report.hpp"
#include "harness/session/interrupt.hpp"
#include "harness/session/run_record.hpp"
#include "harness/session/setting.hpp"
#include "harness/session/workbench.hpp"
#include "harness/trial/round.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

/// What a run has come to so far, for its exit status.
struct Tally {
  bool wrong_data = false;
  bool failed = false;
  bool anything = false;  // that gave figures: a run of nothing but refusals is not done
  bool interrupted = false;

  void add(const Measurement& measurement) {
    wrong_data |= measurement.wrong_data;
    failed |= measurement.status == Status::failed;
    anything |= measurement.status == Status::ok;
  }
  int exit_status() const {
    if (interrupted) return exit_interrupted;
    if (wrong_data) return exit_wrong_data;
    return failed || !anything ? exit_error : exit_done;
  }
};

/// Measures every round and appends what it gave the moment it has ended.
Tally measure(const Plan& plan, const Setting& setting, std::span<const Scenario> scenarios,
              const RunFolder& folder, JsonlWriter& trials, Progress& progress,
              const StopSignal& interrupt) {
  const Workbench workbench(setting, folder, interrupt,
                            [&](const std::string& doing) { progress.update(doing); });
  Tally tally;
  for (const Round& round : plan.rounds) {
    const Scenario& scenario = find_named("scenario", round.scenario, scenarios);
    progress.begin_round(round,
                         fmt::format("{}, {}", round.scenario, scenario.describe(round.params)));
    for (const Measurement& measurement : run_round(round, scenario, workbench.bench())) {
      trials.append(to_json(measurement));
      tally.add(measurement);
    }
    progress.end_round();
    if (interrupt.raised()) {
      tally.interrupted = true;
      break;
    }
  }
  return tally;
}

/// Ends a run that has measured: files first, since what is shown can be shown again.
int report(const RunRequest& request, const RunFolder& folder, RunRecord& record,
           const Tally& tally, const StopSignal& interrupt) {
  std::vector<Error> unwritten;
  record.finish(tally.interrupted, unwritten);
  const Analysis analysis = write_report_files(folder, unwritten);
  const bool shown =
      succeeds([&] { show(analysis, folder, request.show); }) || !is_data(request.show);
  // Who has stopped the run does not want to wait any longer.
  if (!tally.interrupted) draw_plots(folder, request.draw, interrupt);
  for (const Error& error : unwritten) tell(error);
  if (!request.quiet) {
    std::error_code unknown;
    const bool has_page = std::filesystem::exists(folder.report_html(), unknown);
    tell(fmt::format("results: {}{}\n", printable(folder.path.string()),
                     has_page ? ", to look at: " + printable(folder.report_html().string()) : ""));
  }
  if (!shown) return exit_error;
  return unless_lost(tally.exit_status(), !unwritten.empty());
}

int run(const RunRequest& request, const std::vector<std::string>& command,
        std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  const Limits limits{.descriptors = raise_descriptor_limit()};
  const Plan plan = make_plan(request.options, limits, backends, scenarios);
  const Setting setting = choose_setting(request.options, plan, scenarios);
  if (request.dry_run) {
    put_output(describe(plan, scenarios));
    put_output(fmt::format("backends on CPU {}, load on CPU {} with {}\n",
                           to_string(setting.cpus.backend), to_string(setting.cpus.load),
                           to_string(setting.load_io.io)));
    for (const std::string& caveat : setting.cpus.caveats) {
      put_output(fmt::format("note: {}\n", caveat));
    }
    return exit_done;
  }

  for (const Scenario& scenario : scenarios) {
    if (scenario.remove_left_over != nullptr) scenario.remove_left_over();
  }
  const auto start = std::chrono::system_clock::now();
  const ClaimedFolder claimed =
      claim_folder(request.output, default_folder_name(start, host_name()));
  const RunFolder& folder = claimed.folder;
  // Never destroyed: signal handlers may reach it until the process ends.
  static const StopSignal interrupt;
  raise_on_signals(interrupt);

  RunRecord record(claimed, request.options, command, setting, backends, scenarios, start);
  Tally tally;
  try {
    JsonlWriter trials(folder.trials_jsonl());
    Progress progress(plan, !request.quiet);
    tally = measure(plan, setting, scenarios, folder, trials, progress, interrupt);
  } catch (...) {
    keep_what_was_measured(record, folder);
    throw;
  }
  return report(request, folder, record, tally, interrupt);
}

}  // namespace

void add_run(CLI::App& app, std::span<const Backend> backends, std::span<const Scenario> scenarios,
             const std::vector<std::string>& command_line, int& status) {
  const auto flags = std::make_shared<RunFlags>();
  CLI::App* command = app.add_subcommand("run", "Measure and compare");
  add_run_flags(*command, *flags, {.backends = backends, .scenarios = scenarios});
  command->callback([=, &status] {
    status = run(resolve(*command, scenarios, *flags), command_line, backends, scenarios);
  });
}

}  // namespace ringside
