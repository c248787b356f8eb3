// Reading JSON that somebody else may have written, with errors that name the member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace ringside {

/// The value of a JSON text. Throws Error for what is nested deeper than any file of ours, which
/// could use up the stack of whoever walks through it, and for objects with more members, which
/// take time with the square of their number; and the library's own exception for what is no JSON.
nlohmann::ordered_json parse_json(std::string_view text);

/// A JSON object and where it stands, for error messages. Refers to the object: keep it alive.
/// Every function throws Error naming the member that is missing, out of range or of the wrong
/// kind.
class JsonReader {
 public:
  using Json = nlohmann::ordered_json;

  /// Throws Error when `object` is no object. `where` is its dotted name; empty for the outermost.
  explicit JsonReader(const Json& object, std::string where = {});

  /// Whether the member exists and is not null.
  bool has(const std::string& name) const;

  const Json& member(const std::string& name) const;
  JsonReader object(const std::string& name) const;
  std::string text(const std::string& name) const;
  bool boolean(const std::string& name) const;
  std::uint64_t count(const std::string& name) const;

  /// A finite number that is not negative: durations, shares and rates all are.
  double amount(const std::string& name) const;

  std::vector<std::string> texts(const std::string& name) const;
  std::vector<std::uint64_t> counts(const std::string& name) const;

  /// Empty when the member is missing or null.
  std::string text_or_empty(const std::string& name) const;

  [[noreturn]] void reject(const std::string& name, const std::string& wanted) const;

 private:
  const Json* object_;
  std::string where_;
};

}  // namespace ringside
