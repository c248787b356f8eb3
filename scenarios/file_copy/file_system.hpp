// What the files lie on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/json.hpp"

namespace ringside {

/// The file system of a path, as /proc/self/mounts has it; texts are empty where it has nothing.
struct FileSystem {
  std::string type;     ///< "ext4"
  std::string options;  ///< "rw,relatime"
  std::string device;   ///< "/dev/vda1"
};

FileSystem file_system_of(const std::filesystem::path& path);

/// Throws Error with a mend when files cannot be made in `directory`: it is missing, is something
/// else, may not be written to, or lies on a file system that is read-only.
void require_writable_directory(const std::filesystem::path& directory);

/// Throws Unavailable, saying how much is needed, when there is no room for so many more files of
/// `file_bytes` each.
void require_room(const std::filesystem::path& directory, std::uint64_t files,
                  std::uint64_t file_bytes);

/// Throws Unavailable where the directory's files are memory and `bytes` more do not fit into what
/// memory_room() says: whoever writes them all the same gets killed.
void require_memory_for_files(const std::filesystem::path& directory, std::uint64_t bytes);

/// Throws Unavailable when the file system does not take O_DIRECT. Makes and removes a file in
/// `directory`.
void require_direct_io(const std::filesystem::path& directory);

}  // namespace ringside
