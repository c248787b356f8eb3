// The JSON type of every file and message of ours.
#pragma once

#include <nlohmann/json.hpp>

namespace ringside {

/// JSON that keeps the order in which it was written, so that files read as they are documented.
using Json = nlohmann::ordered_json;

}  // namespace ringside
