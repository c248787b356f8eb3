#include "harness/measure/kernel_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/fd.hpp"

namespace ringside {

namespace {

constexpr std::string_view white_space = " \t\n\r";

Measured<std::string> unreadable(const std::filesystem::path& file, int code) {
  return Measured<std::string>::unknown(
      fmt::format("cannot read {}: {}", file.string(), std::generic_category().message(code)));
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find_first_of(separators);
    if (end != 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

}  // namespace

Measured<std::string> read_text(const std::filesystem::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return unreadable(file, errno);
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(file, errno);
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  text.erase(text.find_last_not_of(white_space) + 1);
  return text;
}

std::vector<std::string_view> lines(std::string_view text) {
  return split(text, "\n");
}

std::vector<std::string_view> words(std::string_view text) {
  return split(text, white_space);
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(white_space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

std::optional<std::string_view> field(std::string_view text, std::string_view name) {
  for (const std::string_view line : lines(text)) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != name) continue;
    return trim(line.substr(colon + 1));
  }
  return std::nullopt;
}

}  // namespace ringside
