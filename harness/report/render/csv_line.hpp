// A line of a CSV file, for spreadsheets and data frames.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/measured.hpp"

namespace ringside {

/// One line: fields separated by commas, quoted where RFC 4180 demands it, and empty where there is
/// no figure.
class CsvLine {
 public:
  /// A field of text, made printable, since CSV is also shown on terminals. Where a spreadsheet
  /// would run it as a formula, an apostrophe comes first (docs/FORMAT.md).
  CsvLine& text(std::string_view value);

  /// A member of a JSON object as a field: numbers stay numbers, null is empty.
  CsvLine& value(const Json& value);

  CsvLine& flag(bool value) { return raw(value ? "true" : "false"); }

  CsvLine& figure(double value);
  CsvLine& figure(std::integral auto value) { return raw(std::to_string(value)); }

  template <typename T>
  CsvLine& figure(const std::optional<T>& value) {
    return value ? figure(*value) : raw("");
  }
  template <typename T>
  CsvLine& figure(const Measured<T>& measured) {
    return figure(measured.value);
  }

  /// The line with its newline.
  std::string end() const { return line_ + "\n"; }

 private:
  CsvLine& raw(std::string_view field);

  std::string line_;
  bool started_ = false;
};

/// A member of a figure that may be missing: as the figure is.
template <typename T, typename Member>
std::optional<Member> part(const Measured<T>& figure, Member T::*member) {
  return figure ? std::optional((*figure).*member) : std::nullopt;
}

}  // namespace ringside
