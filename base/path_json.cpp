#include "base/path_json.hpp"

#include <string>

namespace ringside {

namespace {

bool is_utf8(const std::string& bytes) {
  try {
    Json(bytes).dump();  // strict: it refuses what it could not write as it is
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

}  // namespace

Json path_to_json(const std::filesystem::path& path) {
  const std::string& bytes = path.native();
  if (is_utf8(bytes)) return bytes;
  Json values = Json::array();
  for (const char byte : bytes) values.push_back(static_cast<unsigned char>(byte));
  return values;
}

std::filesystem::path path_from_json(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  std::string bytes;
  for (const Json& value : json) bytes += static_cast<char>(value.get<unsigned char>());
  return bytes;
}

}  // namespace ringside
