// A library to preload (LD_PRELOAD) that counts what a program does to write (making, writing,
// flushing, renaming and removing files and folders, and writing to its standard streams) and lets
// one of it fail, the $RINGSIDE_FAIL_AT-th, or all on files whose name holds $RINGSIDE_FAIL_FILE,
// with the errno value $RINGSIDE_FAIL_WITH. Where that is "kill" the process is killed instead, in
// the middle of what it was to write. Every operation is a line of $RINGSIDE_FAIL_LOG: its number,
// its name, its file. It is about the first process, and those that it starts are left alone; or,
// with $RINGSIDE_FAIL_IN, about those that have this word in their command line.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <type_traits>

namespace {

/// The function of that name that would have been called without this library.
template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

ssize_t write_really(int fd, const void* data, std::size_t length) {
  static auto* const next = real<ssize_t(int, const void*, std::size_t)>("write");
  return next(fd, data, length);
}

ssize_t pwrite_really(int fd, const void* data, std::size_t length, off_t offset) {
  static auto* const next = real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return next(fd, data, length, offset);
}

int open_really(int folder, const char* path, int flags, mode_t mode) {
  static auto* const next = real<int(int, const char*, int, ...)>("openat");
  return next(folder, path, flags, mode);
}

std::string text_of(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? "" : text;
}

bool is_a_word_of_this_command(const std::string& wanted) {
  std::ifstream words("/proc/self/cmdline");
  for (std::string word; std::getline(words, word, '\0');) {
    if (word == wanted) return true;
  }
  return false;
}

/// What an open file is; empty for sockets, events and the like.
std::string name_of(int fd) {
  if (fd == STDOUT_FILENO) return "stdout";
  if (fd == STDERR_FILENO) return "stderr";
  struct stat facts {};
  if (::fstat(fd, &facts) != 0 || !(S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode))) return {};
  std::array<char, 256> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size() - 1);
  return length <= 0 ? std::string() : std::string(path.data());
}

class Plan {
 public:
  Plan() {
    const std::string log = text_of("RINGSIDE_FAIL_LOG");
    const std::string word = text_of("RINGSIDE_FAIL_IN");
    if (log.empty() || (!word.empty() && !is_a_word_of_this_command(word))) return;
    log_ = open_really(AT_FDCWD, log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::unsetenv("RINGSIDE_FAIL_LOG");
    ::unsetenv("LD_PRELOAD");
  }

  /// Whether this operation is to fail, with errno set. Where the process is to be killed,
  /// `half` is done before.
  template <typename Half>
  bool fails(const char* operation, const std::string& file, const Half& half) {
    if (log_ < 0 || file.empty()) return false;
    ++done_;
    std::array<char, 512> line{};
    const int length =
        std::snprintf(line.data(), line.size(), "%ld %s %s\n", done_, operation, file.c_str());
    write_really(log_, line.data(), static_cast<std::size_t>(length));
    const bool named = !files_.empty() && file.find(files_) != std::string::npos;
    if (done_ != at_ && !named) return false;
    if (with_ == "kill") {
      half();
      ::kill(::getpid(), SIGKILL);
    }
    errno = std::atoi(with_.c_str());
    return true;
  }
  bool fails(const char* operation, const std::string& file) {
    return fails(operation, file, [] {});
  }

 private:
  int log_ = -1;
  long done_ = 0;
  const long at_ = std::atol(text_of("RINGSIDE_FAIL_AT").c_str());
  const std::string files_ = text_of("RINGSIDE_FAIL_FILE");
  const std::string with_ = text_of("RINGSIDE_FAIL_WITH");
};

Plan& plan() {
  static Plan the_plan;
  return the_plan;
}

[[gnu::constructor]] void begin() {
  plan();
}

/// open(2) in all its forms; what only reads is no write.
int open_file(int folder, const char* path, int flags, mode_t mode) {
  const bool makes = (flags & O_ACCMODE) != O_RDONLY && (flags & O_CREAT) != 0;
  return makes && plan().fails("open", path) ? -1 : open_really(folder, path, flags, mode);
}

/// The last argument of open(2), which is there only where a file may be made.
mode_t mode_in(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
}

/// The operation on that path, unless it is to fail.
template <typename Function, typename... Arguments>
auto unless_failing(const char* operation, const char* path, Arguments... arguments) {
  auto* const next = real<Function>(operation);
  using Result = decltype(next(arguments...));
  if (!plan().fails(operation, path)) return next(arguments...);
  if constexpr (std::is_pointer_v<Result>) {
    return Result{};
  } else {
    return Result{-1};
  }
}

}  // namespace

// Some programs call the same functions by their older names for large files.
extern "C" {

ssize_t write(int fd, const void* data, std::size_t length) {
  const auto half = [&] { write_really(fd, data, length / 2); };
  return plan().fails("write", name_of(fd), half) ? -1 : write_really(fd, data, length);
}

ssize_t pwrite(int fd, const void* data, std::size_t length, off_t offset) {
  const auto half = [&] { pwrite_really(fd, data, length / 2, offset); };
  return plan().fails("pwrite", name_of(fd), half) ? -1 : pwrite_really(fd, data, length, offset);
}
ssize_t pwrite64(int fd, const void* data, std::size_t length, off_t offset)
    __attribute__((alias("pwrite")));

// NOLINTNEXTLINE(cert-dcl50-cpp): as in the C library
int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_in(flags, rest);
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}
// NOLINTNEXTLINE(cert-dcl50-cpp): as in the C library
int open64(const char* path, int flags, ...) __attribute__((alias("open")));

// NOLINTNEXTLINE(cert-dcl50-cpp): as in the C library
int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_in(flags, rest);
  va_end(rest);
  return open_file(folder, path, flags, mode);
}

int mkostemp(char* name, int flags) {
  return unless_failing<int(char*, int)>("mkostemp", name, name, flags);
}

char* mkdtemp(char* name) noexcept {
  return unless_failing<char*(char*)>("mkdtemp", name, name);
}

int mkdir(const char* path, mode_t mode) noexcept {
  return unless_failing<int(const char*, mode_t)>("mkdir", path, path, mode);
}

int symlink(const char* target, const char* path) noexcept {
  return unless_failing<int(const char*, const char*)>("symlink", path, target, path);
}

int rename(const char* from, const char* to) noexcept {
  return unless_failing<int(const char*, const char*)>("rename", to, from, to);
}

int unlink(const char* path) noexcept {
  return unless_failing<int(const char*)>("unlink", path, path);
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  return unless_failing<int(int, const char*, int)>("unlinkat", path, folder, path, flags);
}

int remove(const char* path) noexcept {
  return unless_failing<int(const char*)>("remove", path, path);
}

int rmdir(const char* path) noexcept {
  return unless_failing<int(const char*)>("rmdir", path, path);
}

int fsync(int fd) {
  return unless_failing<int(int)>("fsync", name_of(fd).c_str(), fd);
}

int fdatasync(int fd) {
  return unless_failing<int(int)>("fdatasync", name_of(fd).c_str(), fd);
}

int syncfs(int fd) noexcept {
  return unless_failing<int(int)>("syncfs", name_of(fd).c_str(), fd);
}

int ftruncate(int fd, off_t length) noexcept {
  return unless_failing<int(int, off_t)>("ftruncate", name_of(fd).c_str(), fd, length);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  return unless_failing<int(int, int, off_t, off_t)>("fallocate", name_of(fd).c_str(), fd, mode,
                                                     offset, length);
}

}  // extern "C"
