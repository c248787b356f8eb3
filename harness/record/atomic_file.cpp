#include "harness/record/atomic_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "base/fd.hpp"
#include "base/standard_streams.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds wait_for_reader{2};
constexpr std::string_view temporary_mark = ".ringside-unfinished-";
constexpr std::size_t random_characters = 6;  // of mkostemp(3)

std::string mend_for(int code) {
  switch (code) {
    case ENOSPC:
      return "free space on that disk, or name a folder on another one with --output";
    case EDQUOT:
      return "free some of your quota, or name another folder with --output";
    case EACCES:
    case EPERM:
    case EROFS:
      return "name a folder you can write to with --output";
    case ENOENT:
      return "make that folder before, or name another one with --output";
    case ENOTDIR:
    case EISDIR:
      return "remove what stands in its place, or name something else with --output";
    case ENAMETOOLONG:
      return "name something shorter with --output";
    case ENXIO:
      return "start what reads that pipe before, or put no pipe there";
    case EFBIG:
      return "raise the limit on file sizes (ulimit -f)";
    default:
      return {};
  }
}

void write_all_to(int fd, std::string_view content, const fs::path& path) {
  const int failure = write_all(fd, content);
  if (failure != 0) throw_write_failed(path, failure);
}

/// A device or a pipe that is there: to be written to, and never to be replaced by a file.
bool is_special(const fs::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

/// Waits a while for whoever is to read from a pipe, and not for ever.
UniqueFd open_special(const fs::path& path) {
  const auto end = std::chrono::steady_clock::now() + wait_for_reader;
  for (;;) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (file) return file;
    const int code = errno;
    if (code != ENXIO || std::chrono::steady_clock::now() > end) throw_write_failed(path, code);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void write_to_special(const fs::path& path, std::string_view content) {
  const UniqueFd file = open_special(path);
  write_all_to(file.get(), content, path);
}

bool is_letter_or_digit(char character) noexcept {
  return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
         (character >= 'a' && character <= 'z');
}

/// Whether it is NAME.ringside-unfinished-XXXXXX.
bool is_temporary_name(std::string_view name) {
  if (name.size() <= temporary_mark.size() + random_characters) return false;
  const std::string_view random = name.substr(name.size() - random_characters);
  name.remove_suffix(random_characters);
  return name.ends_with(temporary_mark) && name.size() > temporary_mark.size() &&
         std::ranges::all_of(random, is_letter_or_digit);
}

/// Whether nobody is writing this file of ours; then nobody will as long as `file` is open.
bool is_left_over(const UniqueFd& file) {
  struct stat facts {};
  return ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) &&
         facts.st_uid == ::geteuid() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

void remove_if_left_over(const fs::path& path) {
  struct stat facts {};
  // Before it is opened, which a device may take for a command.
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file && is_left_over(file)) ::unlink(path.c_str());
}

/// A file under a temporary name beside its final one; removed unless it was put in place. It is
/// locked for as long as it is written: whoever finds it unlocked knows that its writer is dead.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) : target_(target) {
    while (!make()) {
    }
    // mkostemp gives 0600; results are meant to be read like any other file.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(file_.get(), 0666 & ~mask);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  void write(std::string_view content) { write_all_to(file_.get(), content, target_); }

  void put_in_place() {
    if (::fsync(file_.get()) < 0) throw_write_failed(target_, errno);
    if (::rename(name_.c_str(), target_.c_str()) < 0) throw_write_failed(target_, errno);
    name_.clear();
  }

 private:
  /// Returns false when another command took the file for one that was left before it was locked.
  bool make() {
    // No longer than a name may be where the target's is not.
    const std::string target = target_.filename().string();
    constexpr std::size_t most = NAME_MAX - temporary_mark.size() - random_characters;
    const std::string name = target.size() > NAME_MAX ? target : target.substr(0, most);
    name_ = (target_.parent_path() / fmt::format("{}{}XXXXXX", name, temporary_mark)).string();
    file_.reset(::mkostemp(name_.data(), O_CLOEXEC));
    if (!file_) throw_write_failed(target_, errno);
    // Where a file system has no locks the file counts as held, by whoever looks.
    ::flock(file_.get(), LOCK_EX);
    struct stat facts {};
    return ::fstat(file_.get(), &facts) != 0 || facts.st_nlink > 0;
  }

  fs::path target_;
  std::string name_;
  UniqueFd file_;
};

}  // namespace

void throw_write_failed(const fs::path& path, int code) {
  throw_errno(fmt::format("cannot write {}", path.string()), code, mend_for(code));
}

void remove_left_over_files(const fs::path& folder) noexcept try {
  std::error_code failure;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, failure), end;
       !failure && entry != end; entry.increment(failure)) {
    if (is_temporary_name(entry->path().filename().string())) remove_if_left_over(entry->path());
  }
} catch (const std::exception&) {
  return;  // no memory; what is left stays for the next command
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  if (is_special(path)) return write_to_special(path, content);
  remove_left_over_files(path.parent_path());
  TemporaryFile file(path);
  file.write(content);
  file.put_in_place();
}

void try_to_write_file(const fs::path& path, std::string_view content,
                       std::vector<Error>& unwritten) {
  try {
    write_file_atomically(path, content);
  } catch (const Error& error) {
    unwritten.push_back(error);
  }
}

}  // namespace ringside
