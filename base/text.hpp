// Text for terminals: its width, and what must not reach one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ringside {

/// `text` (which may come from a broken program or a hostile file) without anything that could act
/// on a terminal or hide: control characters, bidirectional overrides, invisible characters and
/// bytes that are not UTF-8 become U+FFFD; line breaks and tabs become spaces.
std::string printable(std::string_view text);

/// Columns that printable UTF-8 takes on a terminal: 2 for wide East Asian characters and emoji, 0
/// for combining marks, 1 otherwise.
std::size_t display_width(std::string_view text);

/// The first `columns` of printable UTF-8, with "…" for the last when something was cut off.
std::string shortened(std::string_view text, std::size_t columns);

/// Printable UTF-8 in ASCII for terminals without UTF-8: "µs" is "us", "≥" is ">=", what has no
/// ASCII form is "?".
std::string to_ascii(std::string_view text);

}  // namespace ringside
