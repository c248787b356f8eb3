// Text as a shell reads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringside {

/// As one word of a shell, which expands nothing in it.
std::string shell_quoted(std::string_view text);

/// With a blank between any two.
std::string blank_separated(const std::vector<std::string>& words);

}  // namespace ringside
