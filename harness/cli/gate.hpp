// `ringside gate`: is this build slower than that one?
#pragma once

#include <span>
#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace ringside {

struct Backend;
struct Scenario;

/// Adds the subcommand. `command_line` is kept in run.json; `status` is set to the exit status.
void add_gate(CLI::App& app, std::span<const Backend> backends, std::span<const Scenario> scenarios,
              const std::vector<std::string>& command_line, int& status);

}  // namespace ringside
