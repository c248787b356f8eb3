// `ringside serve`: one cell, for any client.
#pragma once

#include <span>

#include <CLI/App.hpp>

namespace ringside {

struct Backend;

/// Adds the `serve` subcommand to `app`. Its callback runs the cell until SIGINT or SIGTERM.
void add_serve(CLI::App& app, std::span<const Backend> backends);

}  // namespace ringside
