#include "harness/cli/gate.hpp"

#include <chrono>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/stop_signal.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "harness/cli/command_words.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/gate_files.hpp"
#include "harness/cli/run_flags.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/measure/limits.hpp"
#include "harness/process/helper_process.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/report/compare/compared_run.hpp"
#include "harness/report/render/report.hpp"
#include "harness/session/gate_baseline.hpp"
#include "harness/session/gate_session.hpp"
#include "harness/session/interrupt.hpp"
#include "harness/session/run_record.hpp"
#include "harness/session/setting.hpp"
#include "harness/session/workbench.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

struct GateFlags {
  RunFlags run;
  std::string base;
  std::string baseline;
  std::string head;
  std::string margin = "3%";
  std::string budget = "5min";
  std::string metric = "auto";
};

/// What is asked for, with units parsed and commands taken apart.
struct GateRequest {
  RunRequest run;
  GatePrograms programs;
  GateSide base;
  GateSide head;
  GateRules rules;
  std::string metric;
  std::string baseline;  ///< a folder that is the base; empty: programs.base is
};

// In slices of 20 ms it ends before TCP's timers for delayed acknowledgements expire, 30 ms after a
// slice's begin, and is as good as their end (docs/decisions/0013).
constexpr std::chrono::milliseconds brief_warmup{5};

struct NamedMetric {
  std::string_view name;
};

constexpr NamedMetric metrics[] = {{"auto"}, {"cpu"}, {"throughput"}};

/// CPU per operation says what a server costs, whether or not it is busy. A copy that keeps less
/// work in flight costs the same CPU and takes longer, so there it is throughput.
Metric metric_for(const Scenario& scenario, const std::string& wanted) {
  if (wanted == "cpu") return Metric::cpu_per_op;
  if (wanted == "throughput") return Metric::throughput;
  return scenario.cpu_users == CpuUsers::cell_alone ? Metric::throughput : Metric::cpu_per_op;
}

/// Asks a build for its greeting, before anything is measured. Returns its version.
std::string greet(const ProgramWords& program, const std::string& flag, const std::string& command,
                  const CpuSet& cpus) try {
  return HelperProcess("cell", {}, cpus, program).version();
} catch (const Error& error) {
  throw Error(
      fmt::format("{}: '{}' does not answer as a build of ringside does: {}", flag, command,
                  error.what()),
      "give an executable of ringside that speaks this one's protocol, and that the command "
      "becomes (env does, a shell that waits for it does not)");
}

GateRequest resolve(const CLI::App& command, std::span<const Scenario> scenarios,
                    const GateFlags& flags) {
  GateRequest request{.run = resolve(command, scenarios, flags.run),
                      .programs = {},
                      .base = {},
                      .head = {},
                      .rules = {},
                      .metric = flags.metric,
                      .baseline = flags.baseline};
  find_named("metric", flags.metric, metrics);
  // The default is what a small change can be seen in within the budget.
  if (request.run.options.scenarios.empty()) request.run.options.scenarios = {"echo"};
  request.run.options.control = false;  // each comparison has its own
  request.run.options.rounds = 1;
  if (flags.base.empty() == flags.baseline.empty()) {
    throw Error("a gate needs a base: --base or --baseline, and not both",
                "--base names a build, --baseline a results folder of this machine");
  }
  if (flags.baseline.empty()) request.programs.base = split_command(flags.base, "--base");
  if (!flags.head.empty()) request.programs.head = split_command(flags.head, "--head");
  request.base.command = flags.baseline.empty() ? flags.base : flags.baseline;
  request.head.command = flags.head.empty() ? "this build" : flags.head;
  request.rules = {.margin = parse_percent(flags.margin),
                   .budget = parse_duration(flags.budget),
                   .seed = request.run.options.seed};
  if (request.rules.budget <= std::chrono::nanoseconds(0)) {
    throw Error("--budget is no time at all", "give a gate 30s to 10min");
  }
  // Rounds as short as those of a quick run would have a gate start more processes than it
  // measures.
  constexpr int usual_cycles = 10;
  if (command.count("--cycles") == 0) request.run.options.cycles = usual_cycles;
  // An earlier run was measured in slices that show what whole windows do, and so must its head be.
  if (request.baseline.empty()) {
    request.run.options.brief_slices = true;
    if (command.count("--warmup") == 0) request.run.options.warmup = brief_warmup;
  }
  return request;
}

/// Finds out who the sides are, before anything is measured. Returns what the reader should doubt.
std::vector<std::string> meet_sides(GateRequest& request, std::vector<GateWork>& work,
                                    const Setting& setting) {
  const CpuSet& cpus = setting.cpus.backend;
  request.head.version = greet(request.programs.head, "--head", request.head.command, cpus);
  if (request.baseline.empty()) {
    request.base.version = greet(request.programs.base, "--base", request.base.command, cpus);
    return {};
  }
  const ComparedRun base = read_compared_run(request.baseline);
  std::vector<std::string> warnings = check_baseline(base, request.run.options, setting);
  request.base.version = base.run.value("ringside_version", "unknown");
  work = held_against(base, std::move(work), request.programs.head);
  if (work.empty()) {
    throw Error(fmt::format("{} has no figures of what was asked for", base.name),
                "name scenarios, backends and parameters that are in it");
  }
  return warnings;
}

int exit_status(const GateResult& result, bool interrupted) {
  if (interrupted) return exit_interrupted;
  switch (overall(result)) {
    case GateAnswer::pass:
      return exit_done;
    case GateAnswer::regression:
      return exit_regression;
    case GateAnswer::inconclusive:
    case GateAnswer::unstable:
      return exit_inconclusive;
    case GateAnswer::failed:
      return exit_error;
    case GateAnswer::wrong_data:
      return exit_wrong_data;
  }
  return exit_error;
}

GateResult measure(const GateRequest& request, const std::vector<GateWork>& work,
                   const Setting& setting, std::span<const Scenario> scenarios,
                   const RunFolder& folder, const StopSignal& interrupt) {
  const Workbench workbench(setting, folder, interrupt, {});
  JsonlWriter trials(folder.trials_jsonl());
  return run_gate(work, request.rules, scenarios, workbench.bench(), trials,
                  [&](const std::string& said) {
                    if (!request.run.quiet) tell(said + "\n");
                  });
}

/// Ends a gate: files first, then what is shown. Whatever cannot be written, a slowdown that was
/// found stays found, and a lost summary does not make a pass a failure.
int report(const RunRequest& request, const RunFolder& folder, RunRecord& record,
           const GateResult& result, bool interrupted) {
  std::vector<Error> unwritten, lost_summaries;
  record.finish(interrupted, unwritten);
  write_gate_files(folder, result, unwritten);
  succeeds([&] { write_report_files(folder, lost_summaries); });
  const bool shown = succeeds([&] { show(result, request.show); }) || !is_data(request.show);
  tell_continuous_integration(result, is_data(request.show));
  for (const auto& errors : {unwritten, lost_summaries}) {
    for (const Error& error : errors) tell(error);
  }
  if (!request.quiet) tell(fmt::format("results: {}\n", printable(folder.path.string())));
  if (!shown) return exit_error;
  return unless_lost(exit_status(result, interrupted), !unwritten.empty());
}

int gate(GateRequest request, const std::vector<std::string>& command,
         std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  const Limits limits{.descriptors = raise_descriptor_limit()};
  const Plan plan = make_plan(request.run.options, limits, backends, scenarios);
  const Setting setting = choose_setting(request.run.options, plan, scenarios);
  std::vector<GateWork> work = make_gate_work(plan, request.programs);
  for (GateWork& one : work) {
    one.metric = metric_for(find_named("scenario", one.round.scenario, scenarios), request.metric);
  }
  for (const Scenario& scenario : scenarios) {
    if (scenario.remove_left_over != nullptr) scenario.remove_left_over();
  }
  const std::vector<std::string> warnings = meet_sides(request, work, setting);
  const auto start = std::chrono::system_clock::now();
  const ClaimedFolder claimed =
      claim_folder(request.run.output, default_folder_name(start, host_name()) + "-gate");
  const RunFolder& folder = claimed.folder;
  // Never destroyed: signal handlers may reach it until the process ends.
  static const StopSignal interrupt;
  raise_on_signals(interrupt);
  RunRecord record(claimed, request.run.options, command, setting, backends, scenarios, start);
  GateResult result;
  try {
    result = measure(request, work, setting, scenarios, folder, interrupt);
  } catch (...) {
    keep_what_was_measured(record, folder);
    throw;
  }
  result.base = request.base;
  result.head = request.head;
  result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
  return report(request.run, folder, record, result, interrupt.raised());
}

void add_gate_flags(CLI::App& command, GateFlags& flags) {
  const std::string group = "Gate";
  command
      .add_option("--base", flags.base,
                  "The build that is held against: a command, split without a shell")
      ->group(group);
  know_path(command.add_option(
                "--baseline", flags.baseline,
                "Instead of --base: the results folder of an earlier run on this machine; sees "
                "less"))
      ->group(group);
  command.add_option("--head", flags.head, "The build that is tested (default: this one)")
      ->group(group);
  command.add_option("--margin", flags.margin, "How much slower the head may be")
      ->capture_default_str()
      ->group(group);
  command.add_option("--budget", flags.budget, "The time after which it stops undecided")
      ->capture_default_str()
      ->group(group);
  know_words(command.add_option(
                 "--metric", flags.metric,
                 "cpu: CPU per operation; throughput; auto: throughput for file_copy, else cpu"),
             names_of(metrics))
      ->capture_default_str()
      ->group(group);
}

}  // namespace

void add_gate(CLI::App& app, std::span<const Backend> backends, std::span<const Scenario> scenarios,
              const std::vector<std::string>& command_line, int& status) {
  const auto flags = std::make_shared<GateFlags>();
  CLI::App* command = app.add_subcommand("gate", "Say whether one build is slower than another");
  add_work_flags(*command, flags->run, {.backends = backends, .scenarios = scenarios});
  add_gate_flags(*command, *flags);
  command->callback([=, &status] {
    status = gate(resolve(*command, scenarios, *flags), command_line, backends, scenarios);
  });
}

}  // namespace ringside
