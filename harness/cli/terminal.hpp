// What the user's terminal can show.
#pragma once

#include <cstdio>
#include <string_view>

#include "base/error.hpp"
#include "base/standard_streams.hpp"

namespace ringside {

/// Whether to write colours to `stream`. `choice` is "auto", "always" or "never"; auto means that
/// it is a terminal, NO_COLOR is unset or empty (no-color.org) and TERM is not "dumb".
bool use_colour(std::string_view choice, std::FILE* stream);

/// Whether a line on `stream` can be erased and written anew: it is a terminal, and TERM is not
/// "dumb".
bool can_rewrite_line(std::FILE* stream);

/// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG) encodes text as UTF-8.
bool utf8_locale();

/// Hands the text over to whoever reads standard output. Throws Error when it cannot be written.
void put_output(std::string_view text);

/// What went wrong, and the mend, on standard error.
void tell(const Error& error) noexcept;

/// Whether `show` does not throw Error; when it does, that is told.
template <typename Show>
bool succeeds(const Show& show) {
  try {
    show();
    return true;
  } catch (const Error& error) {
    tell(error);
    return false;
  }
}

/// Width of standard error's terminal; 80 when it is none.
int terminal_columns();

}  // namespace ringside
