// `ringside report`: the pages of an old run, made anew, or one of two runs side by side.
#pragma once

#include <CLI/App.hpp>

namespace ringside {

/// Adds the `report` subcommand to `app`; `status` is set to the exit status.
void add_report(CLI::App& app, int& status);

}  // namespace ringside
