// Words of the command line that mean nothing, and what was probably meant.
#pragma once

#include <optional>

#include <CLI/App.hpp>

#include "base/error.hpp"

namespace ringside {

/// After `app` could not parse its arguments: an Error for the first flag or subcommand that there
/// is not, with the nearest one that there is; nothing when they failed for another reason.
std::optional<Error> find_unknown_word(const CLI::App& app);

}  // namespace ringside
