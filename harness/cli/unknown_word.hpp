// Words of the command line that mean nothing, and what was probably meant.
#pragma once

#include <optional>
#include <span>
#include <string>

#include <CLI/App.hpp>

#include "base/error.hpp"

namespace ringside {

/// After `app` could not parse its arguments: an Error for the first flag or subcommand that there
/// is not, with the nearest one that there is; nothing when they failed for another reason.
std::optional<Error> find_unknown_word(const CLI::App& app);

/// Throws Error when one of the words is "--flag=": CLI11 would take the next word for its value.
void refuse_flags_without_value(std::span<const std::string> words);

/// Makes every option of `app` and of its subcommands, which must all have been added, refuse an
/// empty value, which comes from a variable that is not set and would silently mean the default,
/// and one that is the next flag.
void refuse_empty_values(CLI::App& app);

}  // namespace ringside
