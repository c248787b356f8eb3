#include "harness/cli/report.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "base/text.hpp"
#include "harness/cli/compare_pair.hpp"
#include "harness/cli/draw.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/show.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/report/analysis/analysis.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/render/report.hpp"
#include "harness/session/interrupt.hpp"

namespace ringside {

namespace {

struct ReportFlags {
  std::vector<std::string> folders;
  bool no_write = false;
  bool force = false;
  std::string output;  // of two folders; empty: in the second of them
  bool allow_different_machines = false;
  ShowFlags show;
  DrawFlags draw;
};

/// Until Ctrl-C; nothing else here takes long enough to be stopped in an orderly way.
void draw_interruptibly(const RunFolder& folder, const DrawFlags& flags) {
  // Never destroyed: signal handlers may reach it until the process ends.
  static const StopSignal interrupt;
  raise_on_signals(interrupt);
  draw_plots(folder, flags, interrupt);
}

int report_one(const ReportFlags& flags) {
  if (!flags.output.empty() || flags.allow_different_machines) {
    throw Error(fmt::format("{} is for the page of two folders",
                            flags.output.empty() ? "--allow-different-machines" : "--output"),
                "name the folder to compare with too, or leave the flag out");
  }
  const RunFolder folder{flags.folders.front()};
  const OldRun run = read_old_run(folder);
  if (!flags.no_write && !flags.force) require_nothing_is_lost(folder, run);
  std::vector<Error> unwritten;
  if (!flags.no_write) write_report_files(folder, run, unwritten);
  const bool shown = succeeds([&] { show(run.analysis, folder, flags.show); });
  if (!flags.no_write) draw_interruptibly(folder, flags.draw);
  for (const Error& error : unwritten) tell(error);
  if (!shown) return exit_error;
  return unless_lost(run.analysis.wrong_data ? exit_wrong_data : exit_done, !unwritten.empty());
}

/// A trials.jsonl alone will do for `compare`; the page goes into a folder, and is named after one.
void require_folder(const std::filesystem::path& path) {
  if (std::filesystem::exists(path) && !std::filesystem::is_directory(path)) {
    throw Error(fmt::format("{} is a file, and the page of two runs is made from their folders",
                            path.string()),
                "name the folder it is in, or use `ringside compare`");
  }
}

std::filesystem::path page_of_pair(const ReportFlags& flags) {
  if (!flags.output.empty()) return flags.output;
  const RunFolder base{flags.folders.front()};
  return std::filesystem::path(flags.folders.back()) / fmt::format("compare-{}.html", base.name());
}

int report_pair(const ReportFlags& flags) {
  if (flags.force) {
    throw Error("--force is for the report of one folder", "leave it out, or name one folder");
  }
  for (const std::string& folder : flags.folders) require_folder(folder);
  const RunPair pair =
      compare_pair(flags.folders.front(), flags.folders.back(), flags.allow_different_machines);
  const std::filesystem::path page = page_of_pair(flags);
  if (!flags.no_write) {
    require_no_measurements(page, flags.folders);
    write_file_atomically(page, compare_html(pair.comparison, pair.base, pair.head));
  }
  show(pair.comparison, flags.show);
  if (!flags.no_write)
    tell(fmt::format("side by side, to look at: {}\n", printable(page.string())));
  return pair.comparison.wrong_data ? exit_wrong_data : exit_done;
}

int report(const ReportFlags& flags) {
  validate(flags.show);
  if (flags.folders.size() > 2) {
    throw Error(fmt::format("a report is of one folder, or of two side by side, and {} were named",
                            flags.folders.size()),
                "name the base and the head only");
  }
  return flags.folders.size() == 1 ? report_one(flags) : report_pair(flags);
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command =
      app.add_subcommand("report", "Show a run again, from its folder, or two side by side");
  know_path(command->add_option(
                "folder", flags->folders,
                "A results folder; or two, of which the second is held against the first"))
      ->required();
  command->add_flag("--no-write", flags->no_write, "Write nothing into the folder");
  command->add_flag("--force", flags->force,
                    "Also replace files that were made from more than can be read now");
  know_path(
      command->add_option("--output", flags->output,
                          "The page of two folders; default: compare-BASE.html in the second"));
  add_allow_different_machines(*command, flags->allow_different_machines);
  add_show_flags(*command, flags->show);
  add_draw_flags(*command, flags->draw);
  command->callback([flags, &status] { status = report(*flags); });
}

}  // namespace ringside
