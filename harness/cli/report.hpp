// `ringside report`: the pages of an old run, made anew.
#pragma once

#include <CLI/App.hpp>

namespace ringside {

/// Adds the `report` subcommand to `app`.
void add_report(CLI::App& app);

}  // namespace ringside
