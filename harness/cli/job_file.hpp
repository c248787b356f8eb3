// `--job FILE`: flags from a file, under the name of their subcommand.
#pragma once

#include <string>
#include <string_view>

#include <CLI/App.hpp>

namespace ringside {

/// Adds --job to `app`, which must outlive its parsing. CLI11 reads the file's TOML; what it would
/// silently read otherwise than it was meant is an Error before.
void add_job_file(CLI::App& app);

/// A job file as CLI11 reads it right: without a byte order mark and with every list on a line of
/// its own. Throws Error, which begins with `name` and the line, for what is no text, for quotes
/// and lists that are not closed, for what follows them, for a name that is there twice, and for
/// what is not of `command`, the subcommand that was given (empty: none was).
std::string plain_job(std::string_view text, std::string_view name, std::string_view command);

}  // namespace ringside
