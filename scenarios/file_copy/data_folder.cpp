#include "scenarios/file_copy/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "ringside-";
constexpr std::size_t name_length = prefix.size() + 6;  // of mkdtemp(3)

// Tells a folder of ours from one that merely has such a name. Made after the lock is held, so that
// a folder that has it and is not locked has outlived its run.
constexpr const char* marker = ".ringside-data";

UniqueFd open_folder(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool left_by_a_dead_run(int folder) {
  struct stat facts {};
  return ::fstat(folder, &facts) == 0 && facts.st_uid == ::geteuid() &&
         ::fstatat(folder, marker, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode) &&
         ::flock(folder, LOCK_EX | LOCK_NB) == 0;
}

void remove_folder(const fs::path& path) noexcept {
  std::error_code failure;
  // The marker goes last: whoever is killed in the middle leaves a folder that will be found.
  for (const fs::directory_entry& entry : fs::directory_iterator(path, failure)) {
    if (entry.path().filename() != marker) fs::remove_all(entry.path(), failure);
  }
  fs::remove_all(path, failure);
  if (failure) {
    fmt::print(stderr, "ringside: {} could not be removed: {}\n", path.string(), failure.message());
  }
}

void remove_left_over(const fs::path& parent) {
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, failure)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix) || name.size() != name_length) continue;
    const UniqueFd folder = open_folder(entry.path());
    if (folder && left_by_a_dead_run(folder.get())) remove_folder(entry.path());
  }
}

}  // namespace

DataFolder::DataFolder(const fs::path& parent) {
  remove_left_over(parent);
  std::string name = (fs::absolute(parent) / "ringside-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw_errno(fmt::format("cannot make a folder in {}", parent.string()), errno,
                "name a folder that you can write to with --dir");
  }
  path_ = name;
  lock_ = open_folder(path_);
  // Where a file system has no locks the folder counts as in use, by whoever looks.
  ::flock(lock_.get(), LOCK_EX);
  const UniqueFd marked(
      ::openat(lock_.get(), marker, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (marked) return;
  const int code = errno;
  remove_folder(path_);
  throw_errno(fmt::format("cannot make a file in {}", path_.string()), code,
              "name a folder with room in it with --dir");
}

DataFolder::~DataFolder() {
  remove_folder(path_);
}

}  // namespace ringside
