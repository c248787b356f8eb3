// `ringside list`: every backend and scenario of this build.
#pragma once

#include <span>
#include <string>

#include <CLI/App.hpp>

#include "base/json.hpp"

namespace ringside {

struct Backend;
struct Scenario;

/// Adds the `list` subcommand to `app`.
void add_list(CLI::App& app, std::span<const Backend> backends,
              std::span<const Scenario> scenarios);

/// For people: scenarios, then backends with what they offer, or why they cannot run and the mend.
std::string list_text(std::span<const Backend> backends, std::span<const Scenario> scenarios);

/// "ringside.list/1": the same for programs; "reason" and "mend" are null where there is none.
Json list_json(std::span<const Backend> backends, std::span<const Scenario> scenarios);

}  // namespace ringside
