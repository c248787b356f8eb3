#include "harness/report/render/csv_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace ringside {

namespace {

/// What spreadsheets take for the beginning of a formula, the wide forms of East Asian keyboards
/// among them. Source: OWASP, "CSV Injection".
bool looks_like_a_formula(std::string_view text) {
  constexpr std::array<std::string_view, 8> beginnings = {"=",  "+",  "-",  "@",
                                                          "＝", "＋", "－", "＠"};
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return std::ranges::any_of(beginnings,
                             [&](std::string_view sign) { return text.starts_with(sign); });
}

std::string in_quotes(std::string_view field) {
  std::string result = "\"";
  for (const char character : field) {
    if (character == '"') result += '"';
    result += character;
  }
  result += '"';
  return result;
}

}  // namespace

CsvLine& CsvLine::raw(std::string_view field) {
  if (started_) line_ += ',';
  started_ = true;
  line_ += field;
  return *this;
}

CsvLine& CsvLine::text(std::string_view value) {
  std::string field = printable(value);
  if (looks_like_a_formula(field)) field.insert(field.begin(), '\'');
  const bool plain = field.find_first_of(",\"\r\n") == std::string::npos;
  return raw(plain ? field : in_quotes(field));
}

CsvLine& CsvLine::value(const Json& value) {
  if (value.is_null()) return raw("");
  if (value.is_string()) return text(value.get<std::string>());
  return value.is_primitive() ? raw(value.dump())
                              : text(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

CsvLine& CsvLine::figure(double value) {
  // Neither spreadsheets nor pandas agree on how infinity is written.
  return raw(std::isfinite(value) ? fmt::format("{:.9g}", value) : std::string());
}

}  // namespace ringside
