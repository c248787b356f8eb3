// `ringside leaves`, the hidden subcommand in which the leaves of a fan-out live.
#pragma once

#include <CLI/App.hpp>

namespace ringside {

/// Adds the subcommand. Descriptor 3 is its control channel, listening sockets follow; `status` is
/// set to the exit status.
void add_leaves(CLI::App& app, int& status);

}  // namespace ringside
