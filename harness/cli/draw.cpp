#include "harness/cli/draw.hpp"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/report/plots/plots.hpp"

namespace ringside {

void add_draw_flags(CLI::App& command, DrawFlags& flags) {
  command
      .add_flag("!--no-plots", flags.plots, "Leave out plots/, which takes some seconds to draw")
      ->group("Output");
}

void draw_plots(const RunFolder& folder, const DrawFlags& flags, const StopSignal& stop) {
  if (!flags.plots) return;
  // For a person who waits; a log says enough when something goes wrong.
  if (!flags.quiet && can_rewrite_line(stderr)) {
    tell("drawing plots (--no-plots leaves them out)\n");
  }
  const std::string missing = make_plots(folder.path, stop);
  if (!missing.empty()) tell(fmt::format("no plots: {}\n", printable(missing)));
}

}  // namespace ringside
