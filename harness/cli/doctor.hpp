// `ringside doctor`: what on this machine will spoil or limit results.
#pragma once

#include <span>

#include <CLI/App.hpp>

namespace ringside {

struct Backend;

/// Adds the `doctor` subcommand to `app`. It informs: what it finds is no failure of its own.
void add_doctor(CLI::App& app, std::span<const Backend> backends);

}  // namespace ringside
