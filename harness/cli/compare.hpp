// `ringside compare`: what changed between two runs.
#pragma once

#include <CLI/App.hpp>

namespace ringside {

/// Adds the `compare` subcommand to `app`; `status` is set to the exit status.
void add_compare(CLI::App& app, int& status);

}  // namespace ringside
