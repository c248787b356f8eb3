#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace ringside {

namespace {

constexpr char32_t replacement = 0xFFFD;

/// Takes the first code point off `text`; U+FFFD, and one byte, when it does not start with one.
char32_t next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  char32_t point = length == 1 ? first : first & (0x7Fu >> length);
  bool whole = length > 0 && length <= text.size();
  for (std::size_t i = 1; whole && i < length; ++i) {
    whole = (byte(i) & 0xC0) == 0x80;
    point = point << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (!whole || point < least[length] || point > 0x10FFFF || surrogate) {
    text.remove_prefix(1);
    return replacement;
  }
  text.remove_prefix(length);
  return point;
}

void append_utf8(std::string& text, char32_t point) {
  const auto put = [&](char32_t bits) { text += static_cast<char>(bits); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

using Range = std::pair<char32_t, char32_t>;

bool is_in(char32_t point, std::span<const Range> ranges) {
  return std::ranges::any_of(
      ranges, [&](const Range& range) { return range.first <= point && point <= range.second; });
}

// C0 and C1 controls; soft hyphen; zero-width and directional marks; line separators; bidirectional
// embeddings and isolates; variation selectors; byte order mark; annotations; tags; private use.
constexpr Range not_printable[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},        {0x61C, 0x61C},   {0x180E, 0x180E},
    {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},    {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
    {0xFFF0, 0xFFFB}, {0xE000, 0xF8FF}, {0xE0000, 0x10FFFF},
};

// The ranges that the C++ standard gives for std::format ([format.string.std]), joined.
constexpr Range wide[] = {
    {0x1100, 0x115F},   {0x2329, 0x232A},   {0x2E80, 0x303E},   {0x3040, 0xA4CF},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF},
    {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
};

constexpr Range combining[] = {
    {0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}};

std::size_t width_of(char32_t point) {
  if (is_in(point, combining)) return 0;
  return is_in(point, wide) ? 2 : 1;
}

constexpr std::pair<char32_t, std::string_view> ascii_forms[] = {
    {U'µ', "u"},   {U'≥', ">="}, {U'—', "--"},  {U'–', "-"},   {U'÷', "/"}, {U'×', "x"},
    {U'…', "..."}, {U'·', "|"},  {U'±', "+/-"}, {U'∞', "inf"}, {U'─', "-"},
};

std::string_view ascii_of(char32_t point) {
  for (const auto& [character, form] : ascii_forms) {
    if (character == point) return form;
  }
  return "?";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const char32_t point = next_code_point(text);
    if (point == U'\n' || point == U'\t') {
      result += ' ';
    } else {
      append_utf8(result, is_in(point, not_printable) ? replacement : point);
    }
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(next_code_point(text));
  return width;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string result;
  std::size_t left = columns;
  while (!text.empty()) {
    const char32_t point = next_code_point(text);
    if (width_of(point) + 1 > left) break;
    left -= width_of(point);
    append_utf8(result, point);
  }
  return result + "…";
}

std::string to_ascii(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const char32_t point = next_code_point(text);
    if (point < 0x80)
      result += static_cast<char>(point);
    else
      result += ascii_of(point);
  }
  return result;
}

}  // namespace ringside
