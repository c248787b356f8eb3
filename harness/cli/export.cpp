#include "harness/cli/export.hpp"

#include <memory>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/report/export/export_format.hpp"

namespace ringside {

namespace {

struct ExportFlags {
  std::string folder;
  std::string format;
  std::string output = "-";
};

void export_run(const ExportFlags& flags) {
  const ExportFormat& format = find_named("format", flags.format, export_formats());
  const ComparedRun run = read_compared_run(flags.folder);
  if (!run.warning.empty()) tell(fmt::format("ringside: {}\n", printable(run.warning)));
  if (exported_rows(run.trials, Zeros::keep).empty()) {
    throw Error(fmt::format("nothing in {} has a figure to export", run.name),
                "`ringside report` says why");
  }
  if (format.zeros) {
    for (const std::string& sentence : left_out(run.trials, *format.zeros)) {
      tell(fmt::format("ringside: {}\n", sentence));
    }
  }
  const std::string text = format.write(run);
  if (flags.output == "-") {
    put_output(text);
  } else {
    require_no_measurements(flags.output, {flags.folder});
    write_file_atomically(flags.output, text);
  }
}

std::string formats_help() {
  std::string help = "What to write:";
  for (const ExportFormat& format : export_formats()) {
    help += fmt::format("\n{} ({})", format.name, format.summary);
  }
  return help;
}

}  // namespace

void add_export(CLI::App& app) {
  const auto flags = std::make_shared<ExportFlags>();
  CLI::App* command = app.add_subcommand("export", "Write a run's figures for other tools");
  know_path(command->add_option("folder", flags->folder, "A results folder, or a trials.jsonl"))
      ->required();
  know_words(command->add_option("--format", flags->format, formats_help()),
             names_of(export_formats()))
      ->required();
  know_path(command->add_option("--output", flags->output, "A file, or - for standard output"))
      ->capture_default_str();
  command->callback([flags] { export_run(*flags); });
}

}  // namespace ringside
