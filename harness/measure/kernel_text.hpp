// Reading the small text files in which the kernel tells about itself (/proc, /sys).
#pragma once

#include <charconv>
#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/measured.hpp"

namespace ringside {

/// The whole of a file, without white space at its end; or "cannot read PATH: …" as the reason.
/// Safe from any thread. Meant for files of some kilobytes; nothing is cached.
Measured<std::string> read_text(const std::filesystem::path& file);

/// The lines of `text`, without their ends. The views point into `text`.
std::vector<std::string_view> lines(std::string_view text);

/// The words of `text`, separated by blanks, tabs or line ends. The views point into `text`.
std::vector<std::string_view> words(std::string_view text);

/// `text` without white space at either end.
std::string_view trim(std::string_view text);

/// What follows "NAME:" on the line that begins so, trimmed; the form of /proc/PID/status,
/// /proc/cpuinfo and /proc/meminfo. Nothing when there is no such line.
std::optional<std::string_view> field(std::string_view text, std::string_view name);

/// A decimal number that is the whole of `text`, or nothing.
template <std::integral T>
std::optional<T> to_number(std::string_view text) {
  T number{};
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// The one number that a file holds; otherwise the reason, as for read_text.
template <std::integral T>
Measured<T> read_number(const std::filesystem::path& file) {
  const Measured<std::string> text = read_text(file);
  if (!text) return Measured<T>::unknown(text.reason);
  if (const std::optional<T> number = to_number<T>(*text)) return *number;
  return Measured<T>::unknown(file.string() + " holds no number: '" + *text + "'");
}

}  // namespace ringside
