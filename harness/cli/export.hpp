// `ringside export`: a run's figures for other tools.
#pragma once

#include <CLI/App.hpp>

namespace ringside {

/// Adds the `export` subcommand to `app`.
void add_export(CLI::App& app);

}  // namespace ringside
