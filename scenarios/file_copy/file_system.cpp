#include "scenarios/file_copy/file_system.hpp"

#include <fcntl.h>
#include <mntent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/remedy.hpp"
#include "base/units.hpp"
#include "harness/measure/memory.hpp"
#include "scenarios/file_copy/aligned_buffer.hpp"
#include "scenarios/file_copy/files.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view other_directory = "name a folder that you can write to with --dir";

bool lies_under(std::string_view path, std::string_view mount_point) {
  if (mount_point == "/") return true;
  return path.starts_with(mount_point) &&
         (path.size() == mount_point.size() || path[mount_point.size()] == '/');
}

/// Whole blocks of 4 KiB and an inode's worth: what any usual file system needs at most.
std::uint64_t bytes_on_disk(std::uint64_t files, std::uint64_t file_bytes) {
  constexpr std::uint64_t block = 4096;
  return files * ((file_bytes + block - 1) / block * block + block);
}

}  // namespace

FileSystem file_system_of(const fs::path& path) {
  std::error_code failure;
  const std::string whole = fs::canonical(path, failure).string();
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> table(::setmntent("/proc/self/mounts", "r"),
                                                              ::endmntent);
  FileSystem found;
  if (failure || !table) return found;
  std::size_t longest = 0;
  mntent entry{};
  std::array<char, 16384> text{};  // overlay file systems have long options
  while (::getmntent_r(table.get(), &entry, text.data(), static_cast<int>(text.size()))) {
    const std::string_view mount_point = entry.mnt_dir;
    // Of two at the same place the later one lies on top.
    if (!lies_under(whole, mount_point) || mount_point.size() < longest) continue;
    longest = mount_point.size();
    found = {.type = entry.mnt_type, .options = entry.mnt_opts, .device = entry.mnt_fsname};
  }
  return found;
}

void require_writable_directory(const fs::path& directory) {
  struct stat facts {};
  const std::string name = directory.string();
  if (::stat(name.c_str(), &facts) != 0) {
    throw_errno(fmt::format("--dir {}", name), errno, std::string(other_directory));
  }
  if (!S_ISDIR(facts.st_mode)) {
    throw_errno(fmt::format("--dir {}", name), ENOTDIR, std::string(other_directory));
  }
  // access(2) asks for the real user; the effective one is who makes the files.
  if (::faccessat(AT_FDCWD, name.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    throw_errno(fmt::format("--dir {}", name), errno, std::string(other_directory));
  }
}

void require_room(const fs::path& directory, std::uint64_t files, std::uint64_t file_bytes) {
  struct statvfs facts {};
  // Some file systems do not count at all, and then there is nothing to go by.
  if (::statvfs(directory.c_str(), &facts) != 0 || facts.f_blocks == 0) return;
  const std::uint64_t needed = bytes_on_disk(files, file_bytes);
  const std::uint64_t free = std::uint64_t{facts.f_bavail} * facts.f_frsize;
  if (needed > free) {
    constexpr std::uint64_t mebi = std::uint64_t{1} << 20;
    throw Unavailable(
        fmt::format("the files need {} MiB in {}, where {} MiB are free",
                    (needed + mebi - 1) / mebi, directory.string(), free / mebi),
        "free space there, copy less (--files), compare fewer backends at once (--interleave "
        "trial), or name another --dir");
  }
  if (facts.f_files != 0 && files > facts.f_favail) {
    throw Unavailable(fmt::format("{} files are needed in {}, where {} more can be made", files,
                                  directory.string(), facts.f_favail),
                      "copy fewer --files, or name another --dir");
  }
}

void require_memory_for_files(const fs::path& directory, std::uint64_t bytes) {
  const std::string type = file_system_of(directory).type;
  if (type != "tmpfs" && type != "ramfs") return;
  const Measured<MemoryRoom> room = memory_room();
  if (!room || bytes <= room->bytes) return;
  constexpr std::uint64_t mebi = std::uint64_t{1} << 20;
  throw Unavailable(
      fmt::format("the files need {} MiB of memory in {} ({}), and {} MiB are free ({})",
                  (bytes + mebi - 1) / mebi, directory.string(), type, room->bytes / mebi,
                  room->bound_by),
      "copy less (--files), compare fewer backends at once (--interleave trial), raise memory.max "
      "of the control group, or name a --dir on a disk");
}

void require_direct_io(const fs::path& directory) {
  const fs::path path = directory / "direct-io";
  const auto refuse = [&](std::string_view what) {
    const int code = errno;
    ::unlink(path.c_str());
    if (code == ENOSPC) {
      throw_errno(fmt::format("{} {}", what, path.string()), code, remedy(Need::path, code));
    }
    throw Unavailable(
        fmt::format("{} in {} is refused with O_DIRECT: {} ({})", what, directory.string(),
                    std::strerror(code), file_system_of(directory).type),
        "leave --direct out, or name a --dir on another file system");
  };
  const UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_DIRECT | O_CLOEXEC, 0600));
  if (!file) refuse("opening a file");
  const AlignedBuffer buffer(direct_alignment);
  std::ranges::fill(buffer.span(), std::byte{1});
  if (::pwrite(file.get(), buffer.span().data(), direct_alignment, 0) < 0) refuse("writing");
  if (::pread(file.get(), buffer.span().data(), direct_alignment, 0) < 0) refuse("reading");
  ::unlink(path.c_str());
}

}  // namespace ringside
