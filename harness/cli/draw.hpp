// Drawing the plots of a run, after everything else.
#pragma once

#include <CLI/App.hpp>

namespace ringside {

struct RunFolder;
class StopSignal;

struct DrawFlags {
  bool plots = true;
  bool quiet = false;  ///< say only what went wrong
};

/// Adds --no-plots; `flags` must live as long as `command` does.
void add_draw_flags(CLI::App& command, DrawFlags& flags);

/// Draws the folder's plots unless they are unwanted. What goes wrong is one line on standard error
/// and nothing else.
void draw_plots(const RunFolder& folder, const DrawFlags& flags, const StopSignal& stop);

}  // namespace ringside
