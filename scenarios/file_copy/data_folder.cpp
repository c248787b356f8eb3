#include "scenarios/file_copy/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"
#include "base/standard_streams.hpp"
#include "base/text.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "ringside-";
constexpr std::size_t name_length = prefix.size() + 6;  // of mkdtemp(3)

// Tells a folder of ours from one that merely has such a name. Made after the lock is held, so that
// a folder that has it and is not locked has outlived its run. It is the first thing made in it and
// the last to go: whoever is killed before or after leaves an empty folder.
constexpr const char* marker = ".ringside-data";

UniqueFd open_folder(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool has_marker(int folder) {
  struct stat facts {};
  return ::fstatat(folder, marker, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode);
}

/// Empty and with the rights that mkdtemp(3) gives: no folder that a user has made for results.
bool is_without_marker_yet(const struct stat& folder, const fs::path& path) {
  std::error_code unknown;
  return (folder.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) == S_IRWXU && fs::is_empty(path, unknown);
}

bool left_by_a_dead_run(int folder, const fs::path& path) {
  struct stat facts {};
  return ::fstat(folder, &facts) == 0 && facts.st_uid == ::geteuid() &&
         ::flock(folder, LOCK_EX | LOCK_NB) == 0 &&
         (has_marker(folder) || is_without_marker_yet(facts, path));
}

/// Returns whether it is gone.
bool remove_folder(const fs::path& path) noexcept try {
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, failure)) {
    if (entry.path().filename() != marker) fs::remove_all(entry.path(), failure);
  }
  fs::remove_all(path, failure);
  if (!failure) return true;
  tell(fmt::format("ringside: {} could not be removed: {}\n", printable(path.string()),
                   failure.message()));
  return false;
} catch (const std::exception&) {
  return false;  // a folder that cannot be read
}

void remove_if_left_over(const fs::path& path) {
  const std::string name = path.filename();
  if (!name.starts_with(prefix) || name.size() != name_length) return;
  const UniqueFd folder = open_folder(path);
  if (folder && left_by_a_dead_run(folder.get(), path)) remove_folder(path);
}

void remove_left_over_in(const fs::path& parent) {
  std::error_code failure;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, failure)) {
    remove_if_left_over(entry.path());
  }
}

/// Where the folders of all runs of this user are entered.
fs::path register_path() {
  const char* const temporary = std::getenv("TMPDIR");
  const bool chosen = temporary != nullptr && *temporary != '\0';
  return fs::path(chosen ? temporary : "/var/tmp") / fmt::format("ringside-{}", ::geteuid());
}

/// Where anybody may write, somebody else may have been there first.
bool is_ours_alone(const fs::path& folder) {
  struct stat facts {};
  return ::lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
         facts.st_uid == ::geteuid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// Returns the entry; an empty path where it could not be made, which nothing else depends on.
fs::path enter_in_register(const fs::path& folder) {
  const fs::path entries = register_path();
  const fs::path entry = entries / fmt::format("{}.{}", folder.filename().string(), ::getpid());
  // Whoever removes the last entry removes the folder with it, perhaps just now.
  for (int attempt = 0; attempt < 3; ++attempt) {
    ::mkdir(entries.c_str(), 0700);
    if (!is_ours_alone(entries)) return {};
    if (::symlink(folder.c_str(), entry.c_str()) == 0) return entry;
  }
  return {};
}

void remove_entry(const fs::path& entry) noexcept {
  if (entry.empty()) return;
  ::unlink(entry.c_str());
  ::rmdir(entry.parent_path().c_str());  // unless others are entered there
}

}  // namespace

void remove_left_over_data() noexcept try {
  const fs::path entries = register_path();
  if (!is_ours_alone(entries)) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(entries)) {
    std::error_code failure;
    const fs::path folder = fs::read_symlink(entry.path(), failure);
    if (failure) continue;
    remove_if_left_over(folder);
    if (!fs::exists(fs::symlink_status(folder, failure))) remove_entry(entry.path());
  }
  ::rmdir(entries.c_str());  // unless something is entered
} catch (const std::exception&) {
  return;  // what is left stays for the next run
}

DataFolder::DataFolder(const fs::path& parent) {
  remove_left_over_in(parent);
  while (!make(parent)) {
  }
  entry_ = enter_in_register(path_);
  const UniqueFd marked(
      ::openat(lock_.get(), marker, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (marked) return;
  const int code = errno;
  if (remove_folder(path_)) remove_entry(entry_);
  throw_errno(fmt::format("cannot make a file in {}", path_.string()), code,
              remedy(Need::path, code));
}

bool DataFolder::make(const fs::path& parent) {
  std::string name = (fs::absolute(parent) / "ringside-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw_errno(fmt::format("cannot make a folder in {}", parent.string()), errno,
                remedy(Need::path, errno));
  }
  path_ = name;
  lock_ = open_folder(path_);
  if (!lock_) {
    const int code = errno;
    ::rmdir(path_.c_str());
    throw_errno(fmt::format("cannot open {}", path_.string()), code, remedy(Need::path, code));
  }
  // Where a file system has no locks the folder counts as in use, by whoever looks.
  ::flock(lock_.get(), LOCK_EX);
  struct stat facts {};
  return ::fstat(lock_.get(), &facts) != 0 || facts.st_nlink > 0;
}

DataFolder::~DataFolder() {
  // What is still there stays entered, for the next run.
  if (remove_folder(path_)) remove_entry(entry_);
}

}  // namespace ringside
