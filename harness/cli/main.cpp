// The command line: each subcommand has a file of its own beside this one.
#include <csignal>
#include <cstdio>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "harness/cli/doctor.hpp"
#include "harness/cli/list.hpp"
#include "harness/cli/serve.hpp"
#include "scenarios/scenario.hpp"

int main(int argc, char** argv) {
  // A peer that is gone must be an error of write(2), not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Ringside: the ways of doing I/O on Linux, side by side", "ringside");
  app.require_subcommand(1);
  ringside::add_serve(app, ringside::backends());
  ringside::add_list(app, ringside::backends(), ringside::scenarios());
  ringside::add_doctor(app, ringside::backends());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  } catch (const ringside::Error& error) {
    fmt::print(stderr, "ringside: {}\n", error.what());
    if (!error.mend().empty()) fmt::print(stderr, "  mend: {}\n", error.mend());
    return 1;
  }
  return 0;
}
