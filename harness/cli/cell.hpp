// `ringside cell`, the hidden subcommand in which every trial runs its cell.
#pragma once

#include <span>

#include <CLI/App.hpp>

namespace ringside {

struct Backend;
struct Scenario;

/// Adds the subcommand. Descriptor 3 is its control channel, listening sockets follow; `status` is
/// set to the exit status.
void add_cell(CLI::App& app, std::span<const Backend> backends, std::span<const Scenario> scenarios,
              int& status);

}  // namespace ringside
