#include "harness/results/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace ringside {

namespace {

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
    case EFBIG:
      return "raise the limit on file sizes (ulimit -f)";
    default:
      return {};
  }
}

void write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_write_failed(path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// A file under a temporary name beside its final one; removed unless it was put in place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target)
      : target_(target), name_(target.string() + ".XXXXXX") {
    file_.reset(::mkostemp(name_.data(), O_CLOEXEC));
    if (!file_) throw_write_failed(target_, errno);
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

  void write(std::string_view content) { write_all(file_.get(), content, target_); }

  void put_in_place() {
    if (::fsync(file_.get()) < 0) throw_write_failed(target_, errno);
    if (::rename(name_.c_str(), target_.c_str()) < 0) throw_write_failed(target_, errno);
    name_.clear();
  }

 private:
  std::filesystem::path target_;
  std::string name_;
  UniqueFd file_;
};

}  // namespace

void throw_write_failed(const std::filesystem::path& path, int code) {
  throw_errno(fmt::format("cannot write {}", path.string()), code, mend_for(code));
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  TemporaryFile file(path);
  file.write(content);
  file.put_in_place();
}

}  // namespace ringside
