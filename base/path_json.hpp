// Names of files in messages, whatever bytes they are made of.
#pragma once

#include <filesystem>

#include "base/json.hpp"

namespace ringside {

/// A path as JSON, from which path_from_json makes the same bytes: a string, or where it is not
/// UTF-8, which JSON must be, an array of the values of its bytes.
Json path_to_json(const std::filesystem::path& path);

/// Throws as nlohmann::json does for what is neither.
std::filesystem::path path_from_json(const Json& json);

}  // namespace ringside
