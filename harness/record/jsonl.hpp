// Appending to a file of JSON lines so that what was measured is never lost.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/fd.hpp"

namespace ringside {

/// One line of JSON without its newline. Text that is not UTF-8 gets U+FFFD where it is broken, so
/// that a file never depends on what a failing program printed.
std::string to_line(const nlohmann::ordered_json& value);

/// Appends lines to one file. Each line is written by one call and flushed to the disk before
/// append() returns. For one thread at a time.
class JsonlWriter {
 public:
  /// Opens `path`, creating it when it does not exist. Throws Error.
  explicit JsonlWriter(const std::filesystem::path& path);

  /// Throws Error when the line could not be written whole (the disk is full); what was written of
  /// it is taken back, so that the lines before it stay readable.
  void append(const nlohmann::ordered_json& value);

 private:
  std::filesystem::path path_;
  UniqueFd file_;
};

}  // namespace ringside
