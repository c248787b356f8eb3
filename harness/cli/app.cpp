#include "harness/cli/app.hpp"

#include <csignal>
#include <exception>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/cli/cell.hpp"
#include "harness/cli/compare.hpp"
#include "harness/cli/doctor.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/export.hpp"
#include "harness/cli/gate.hpp"
#include "harness/cli/leaves.hpp"
#include "harness/cli/list.hpp"
#include "harness/cli/report.hpp"
#include "harness/cli/run.hpp"
#include "harness/cli/serve.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/cli/unknown_word.hpp"
#include "harness/version.hpp"

namespace ringside {

namespace {

void print(const Error& error) {
  fmt::print(stderr, "ringside: {}\n", error.what());
  if (!error.mend().empty()) fmt::print(stderr, "  mend: {}\n", error.mend());
}

}  // namespace

int run_app(int argc, char** argv, std::span<const Backend> backends,
            std::span<const Scenario> scenarios) {
  // A peer that is gone and a file that may not grow must be errors of write(2), not our end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  int status = exit_done;
  CLI::App app("Ringside: the ways of doing I/O on Linux, side by side", "ringside");
  app.require_subcommand(1);
  app.set_version_flag("--version", version);
  app.set_config("--job", "",
                 "Read flags from a file, under [run] and the other subcommands' names");
  app.allow_config_extras(CLI::config_extras_mode::error);
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
  try {
    app.parse(argc, argv);
    flush_output();
    return status;
  } catch (const CLI::ParseError& error) {
    if (const auto unknown = find_unknown_word(app)) {
      print(*unknown);
      return exit_error;
    }
    return app.exit(error) == 0 ? exit_done : exit_error;
  } catch (const Error& error) {
    print(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "ringside: {}\n", error.what());
  }
  return exit_error;
}

}  // namespace ringside
