// What the user's terminal can show.
#pragma once

#include <cstdio>
#include <string_view>

namespace ringside {

/// Whether to write colours to `stream`. `choice` is "auto", "always" or "never"; auto means that
/// it is a terminal, NO_COLOR is unset or empty (no-color.org) and TERM is not "dumb".
bool use_colour(std::string_view choice, std::FILE* stream);

/// Whether a line on `stream` can be erased and written anew: it is a terminal, and TERM is not
/// "dumb".
bool can_rewrite_line(std::FILE* stream);

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG) encodes text as UTF-8.
bool utf8_locale();

/// Prints on standard output; whether it could be written is told by flush_output().
void put_output(std::string_view text);

/// Hands what was printed on standard output over to whoever reads it: only then is it known
/// whether it could be written. Throws Error.
void flush_output();

/// Width of standard error's terminal; 80 when it is none.
int terminal_columns();

}  // namespace ringside
