// Files that are either the old ones or the new ones, never half of each.
#pragma once

#include <filesystem>
#include <string_view>

namespace ringside {

/// Replaces the file at `path` with `content`: written to a temporary name beside it, flushed to
/// the disk, then renamed. On failure throws Error; the old file is untouched and the temporary
/// gone.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// What `write` and its like gave up on, as an Error with a mend for a full disk, an exceeded quota
/// and the like. `code` is an errno value.
[[noreturn]] void throw_write_failed(const std::filesystem::path& path, int code);

}  // namespace ringside
