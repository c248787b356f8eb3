#include "harness/cli/report.hpp"

#include <memory>
#include <string>

#include "base/stop_signal.hpp"
#include "harness/cli/draw.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/interrupt.hpp"
#include "harness/cli/show.hpp"
#include "harness/report/analysis.hpp"
#include "harness/report/report.hpp"

namespace ringside {

namespace {

struct ReportFlags {
  std::string folder;
  bool no_write = false;
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

int report(const ReportFlags& flags) {
  validate(flags.show);
  const RunFolder folder{flags.folder};
  const Analysis analysis = flags.no_write ? analyse_folder(folder) : write_report_files(folder);
  show(analysis, folder, flags.show);
  if (!flags.no_write) draw_interruptibly(folder, flags.draw);
  return analysis.wrong_data ? exit_wrong_data : exit_done;
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = app.add_subcommand("report", "Show a run again, from its folder");
  command->add_option("folder", flags->folder, "A results folder")->required();
  command->add_flag("--no-write", flags->no_write, "Write nothing into the folder");
  add_show_flags(*command, flags->show);
  add_draw_flags(*command, flags->draw);
  command->callback([flags, &status] { status = report(*flags); });
}

}  // namespace ringside
