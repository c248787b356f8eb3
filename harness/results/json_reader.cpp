#include "harness/results/json_reader.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

/// Whole and not negative; a value that was never text may be of the signed kind.
bool is_count(const nlohmann::ordered_json& value) {
  return value.is_number_unsigned() ||
         (value.is_number_integer() && value.get<std::int64_t>() >= 0);
}

constexpr int deepest = 64;

/// Whether brackets outside of strings are open so many at a time. What is no JSON may give any
/// answer.
bool is_too_deep(std::string_view text) noexcept {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (in_string) {
      if (character == '\\') ++at;  // what it escapes ends no string
      if (character == '"') in_string = false;
    } else if (character == '"') {
      in_string = true;
    } else if (character == '[' || character == '{') {
      if (++depth > deepest) return true;
    } else if (character == ']' || character == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

nlohmann::ordered_json parse_json(std::string_view text) {
  if (is_too_deep(text)) {
    throw Error(fmt::format("JSON nested deeper than {} levels, as no file of ours is", deepest));
  }
  return nlohmann::ordered_json::parse(text);
}

JsonReader::JsonReader(const Json& object, std::string where)
    : object_(&object), where_(std::move(where)) {
  if (object.is_object()) return;
  throw Error(fmt::format("{} must be an object", where_.empty() ? "the line" : where_));
}

bool JsonReader::has(const std::string& name) const {
  const auto found = object_->find(name);
  return found != object_->end() && !found->is_null();
}

const JsonReader::Json& JsonReader::member(const std::string& name) const {
  const auto found = object_->find(name);
  if (found == object_->end()) reject(name, "be there");
  return *found;
}

JsonReader JsonReader::object(const std::string& name) const {
  const Json& value = member(name);
  if (!value.is_object()) reject(name, "be an object");
  return JsonReader(value, where_.empty() ? name : where_ + "." + name);
}

std::string JsonReader::text(const std::string& name) const {
  const Json& value = member(name);
  if (!value.is_string()) reject(name, "be a text");
  return value.get<std::string>();
}

bool JsonReader::boolean(const std::string& name) const {
  const Json& value = member(name);
  if (!value.is_boolean()) reject(name, "be true or false");
  return value.get<bool>();
}

std::uint64_t JsonReader::count(const std::string& name) const {
  const Json& value = member(name);
  if (!is_count(value)) reject(name, "be a whole number, not negative");
  return value.get<std::uint64_t>();
}

double JsonReader::amount(const std::string& name) const {
  const Json& value = member(name);
  if (!value.is_number()) reject(name, "be a number");
  const auto number = value.get<double>();
  if (!std::isfinite(number) || number < 0) reject(name, "be a finite number, not negative");
  return number;
}

std::vector<std::string> JsonReader::texts(const std::string& name) const {
  const Json& value = member(name);
  if (!value.is_array()) reject(name, "be a list of texts");
  std::vector<std::string> result;
  for (const Json& entry : value) {
    if (!entry.is_string()) reject(name, "be a list of texts");
    result.push_back(entry.get<std::string>());
  }
  return result;
}

std::vector<std::uint64_t> JsonReader::counts(const std::string& name) const {
  const Json& value = member(name);
  if (!value.is_array()) reject(name, "be a list of whole numbers");
  std::vector<std::uint64_t> result;
  result.reserve(value.size());
  for (const Json& entry : value) {
    if (!is_count(entry)) reject(name, "be a list of whole numbers, none negative");
    result.push_back(entry.get<std::uint64_t>());
  }
  return result;
}

std::string JsonReader::text_or_empty(const std::string& name) const {
  return has(name) ? text(name) : std::string();
}

void JsonReader::reject(const std::string& name, const std::string& wanted) const {
  throw Error(fmt::format("{}{}{} must {}", where_, where_.empty() ? "" : ".", name, wanted));
}

}  // namespace ringside
