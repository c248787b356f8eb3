#include "harness/record/json_reader.hpp"

#include <array>
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

// No file of ours comes near either.
constexpr int deepest = 64;
constexpr int most_members = 512;

/// Follows the parser, and throws Error where an object or a list stands too deep, or an object has
/// too many members.
class Limits {
 public:
  bool operator()(int depth, nlohmann::ordered_json::parse_event_t event,
                  const nlohmann::ordered_json& /*parsed*/) {
    using Event = nlohmann::ordered_json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= deepest) {
        throw Error(
            fmt::format("JSON nested deeper than {} levels, as no file of ours is", deepest));
      }
      members_[static_cast<std::size_t>(depth) + 1] = 0;
    } else if (event == Event::key && ++members_[static_cast<std::size_t>(depth)] > most_members) {
      throw Error(fmt::format("a JSON object with more than {} members, as no file of ours has",
                              most_members));
    }
    return true;
  }

 private:
  std::array<int, deepest + 1> members_{};  // of the open object at each depth
};

}  // namespace

nlohmann::ordered_json parse_json(std::string_view text) {
  return nlohmann::ordered_json::parse(text, Limits());
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
