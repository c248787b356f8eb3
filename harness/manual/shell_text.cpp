#include "harness/manual/shell_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ringside {

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char character : text) {
    result += character == '\'' ? std::string("'\\''") : std::string(1, character);
  }
  return result + "'";
}

std::string blank_separated(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace ringside
