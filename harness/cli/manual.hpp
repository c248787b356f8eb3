// `ringside manual`, the hidden subcommand by which a build describes itself for what is installed
// with it.
#pragma once

#include <span>

#include <CLI/App.hpp>

namespace ringside {

struct Backend;
struct Scenario;

/// Adds the subcommand, which prints the man page or a shell's completion of all that `app` parses
/// when it runs. `app` must outlive its parsing.
void add_manual(CLI::App& app, std::span<const Backend> backends,
                std::span<const Scenario> scenarios);

}  // namespace ringside
