#include "harness/cli/report.hpp"

#include <memory>
#include <string>

#include "harness/cli/exit_status.hpp"
#include "harness/cli/show.hpp"
#include "harness/report/analysis.hpp"
#include "harness/report/report.hpp"

namespace ringside {

namespace {

struct ReportFlags {
  std::string folder;
  bool no_write = false;
  ShowFlags show;
};

int report(const ReportFlags& flags) {
  validate(flags.show);
  const RunFolder folder{flags.folder};
  const Analysis analysis = flags.no_write ? analyse_folder(folder) : write_report_files(folder);
  show(analysis, flags.show);
  return analysis.wrong_data ? exit_wrong_data : exit_done;
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = app.add_subcommand("report", "Show a run again, from its folder");
  command->add_option("folder", flags->folder, "A results folder")->required();
  command->add_flag("--no-write", flags->no_write,
                    "Leave the folder's summaries and report.html as they are");
  add_show_flags(*command, flags->show);
  command->callback([flags, &status] { status = report(*flags); });
}

}  // namespace ringside
