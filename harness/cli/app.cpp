#include "harness/cli/app.hpp"

#include <sys/stat.h>

#include <csignal>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "base/standard_streams.hpp"
#include "base/text.hpp"
#include "harness/cli/cell.hpp"
#include "harness/cli/compare.hpp"
#include "harness/cli/doctor.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/export.hpp"
#include "harness/cli/gate.hpp"
#include "harness/cli/job_file.hpp"
#include "harness/cli/leaves.hpp"
#include "harness/cli/list.hpp"
#include "harness/cli/manual.hpp"
#include "harness/cli/report.hpp"
#include "harness/cli/run.hpp"
#include "harness/cli/serve.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/cli/unknown_word.hpp"
#include "harness/version.hpp"

namespace ringside {

namespace {

/// Prints what CLI11 has to say: the help and the version that were asked for, or what is wrong
/// with the command line.
int answer(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream asked_for, wrong;
  const bool right = app.exit(error, asked_for, wrong) == 0;
  // The words may be any bytes.
  std::istringstream lines(wrong.str());
  for (std::string line; std::getline(lines, line);) tell(printable(line) + "\n");
  put_output(asked_for.str());
  return right ? exit_done : exit_error;
}

/// A umask that takes them too would make folders that nothing can be put into.
void keep_rights_of_owner() noexcept {
  const mode_t mask = ::umask(0);
  ::umask(mask & ~static_cast<mode_t>(S_IRWXU));
}

int parse(CLI::App& app, int argc, char** argv, const int& status) try {
  app.parse(argc, argv);
  return status;
} catch (const CLI::ParseError& error) {
  const auto unknown = find_unknown_word(app);
  if (!unknown) return answer(app, error);
  tell(*unknown);
  return exit_error;
}

}  // namespace

int run_app(int argc, char** argv, std::span<const Backend> backends,
            std::span<const Scenario> scenarios) {
  occupy_standard_descriptors();
  keep_rights_of_owner();
  // A peer that is gone and a file that may not grow must be errors of write(2), not our end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  int status = exit_done;
  CLI::App app("Ringside: the ways of doing I/O on Linux, side by side", "ringside");
  app.require_subcommand(1);
  app.set_version_flag("--version", version);
  add_job_file(app);
  const std::vector<std::string> command_line(argv, argv + argc);
  add_run(app, backends, scenarios, command_line, status);
  add_report(app, status);
  add_compare(app, status);
  add_export(app);
  add_gate(app, backends, scenarios, command_line, status);
  add_list(app, backends, scenarios);
  add_doctor(app, backends);
  add_serve(app, backends);
  add_cell(app, backends, scenarios, status);
  add_leaves(app, status);
  add_manual(app, backends, scenarios);
  refuse_empty_values(app);
  try {
    refuse_flags_without_value(command_line);
    return parse(app, argc, argv, status);
  } catch (const std::exception& failure) {
    tell(explained(failure));
  }
  return exit_error;
}

}  // namespace ringside
