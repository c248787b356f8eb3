// Files that are either the old ones or the new ones, never half of each.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ringside {

/// Replaces the file at `path` with `content`: written to a temporary name beside it
/// (NAME.ringside-unfinished-XXXXXX), flushed to the disk, then renamed. On failure throws Error;
/// the old file is untouched and the temporary gone. What a killed command has left in that folder
/// is removed before. What is no regular file (a device, a pipe) is written to and stays what it
/// is; a pipe that nobody begins to read within two seconds is an Error.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Removes the temporary files that killed commands of this user have left in `folder`: regular
/// files of such a name that nobody holds locked. Whoever writes one keeps an flock(2) on it. Never
/// throws; what cannot be removed stays.
void remove_left_over_files(const std::filesystem::path& folder) noexcept;

/// write_file_atomically(); a failure is added to `unwritten` instead, so that the files after it
/// are written nevertheless.
void try_to_write_file(const std::filesystem::path& path, std::string_view content,
                       std::vector<Error>& unwritten);

/// What `write` and its like gave up on, as an Error with a mend for a full disk, an exceeded quota
/// and the like. `code` is an errno value.
[[noreturn]] void throw_write_failed(const std::filesystem::path& path, int code);

}  // namespace ringside
