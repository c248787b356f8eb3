// The page without its data, put together from this folder's sources when the program is built.
#pragma once

#include <string_view>

namespace ringside {

/// Holds "{{data}}" exactly once, where the data belongs.
extern const std::string_view page_template;

}  // namespace ringside
