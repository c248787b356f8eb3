#include "harness/process/program.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36's header does not say for C++ that its functions are C.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"
#include "harness/process/spawn_actions.hpp"

namespace ringside {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds clean_up_limit{1000};

/// A file in memory: unlike a pipe, nobody ever waits for its other end.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& content)
      : file_(check(::memfd_create("ringside", MFD_CLOEXEC), "a file in memory (memfd_create)")) {
    std::size_t written = 0;
    while (written < content.size()) {
      const ssize_t count = ::pwrite(file_.get(), content.data() + written,
                                     content.size() - written, static_cast<off_t>(written));
      written += static_cast<std::size_t>(check(count, "writing a file in memory"));
    }
  }

  int fd() const noexcept { return file_.get(); }

  std::string content() const {
    struct stat facts {};
    check(::fstat(file_.get(), &facts), "fstat");
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    const ssize_t count = check(::pread(file_.get(), text.data(), text.size(), 0), "pread");
    text.resize(static_cast<std::size_t>(count));
    return text;
  }

 private:
  UniqueFd file_;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

/// A process that was started; killed and waited for at the latest when this goes.
class Child {
 public:
  Child(Program program, const MemoryFile& input, const MemoryFile& errors) {
    SpawnActions actions;
    actions.duplicate(input.fd(), STDIN_FILENO);
    actions.duplicate(errors.fd(), STDERR_FILENO);
    actions.connect_to_nothing(STDOUT_FILENO);
    const std::string path = program.words.front();
    const int failure =
        ::posix_spawn(&pid_, path.c_str(), actions.get(), nullptr, pointers(program.words).data(),
                      pointers(program.environment).data());
    if (failure != 0)
      throw_errno(fmt::format("cannot run {}", path), failure,
                  failure == ENOENT ? std::string() : remedy(Need::process, failure));
    process_.reset(::pidfd_open(pid_, 0));
    if (process_) return;
    // Without it the program's end would never be seen.
    const int code = errno;
    kill();
    wait();
    throw_errno(fmt::format("a descriptor for the process of {} (pidfd_open)", path), code);
  }
  ~Child() {
    if (ended_) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Whether it ended before `limit` had passed and before `other` became readable.
  bool ends_within(milliseconds limit, int other) const {
    pollfd waiting[] = {{.fd = process_.get(), .events = POLLIN, .revents = 0},
                        {.fd = other, .events = POLLIN, .revents = 0}};
    const auto end = std::chrono::steady_clock::now() + limit;
    int ready = 0;
    do {
      const auto left = end - std::chrono::steady_clock::now();
      const auto whole = std::max(std::chrono::ceil<milliseconds>(left), milliseconds{0});
      ready = ::poll(waiting, 2, static_cast<int>(whole.count()));
    } while (ready < 0 && errno == EINTR);
    return waiting[0].revents != 0;
  }

  void interrupt() const { ::kill(pid_, SIGINT); }
  void kill() const { ::kill(pid_, SIGKILL); }

  /// Waits for its end; the status as wait(2) gives it.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    ended_ = true;
    return status;
  }

 private:
  pid_t pid_ = -1;
  UniqueFd process_;
  bool ended_ = false;
};

}  // namespace

ProgramEnd run_program(const Program& program, milliseconds limit, const StopSignal& stop) {
  const MemoryFile input(program.input);
  const MemoryFile errors("");
  Child child(program, input, errors);
  ProgramEnd end;
  constexpr int nothing_else = -1;
  if (!child.ends_within(limit, stop.fd())) {
    end.how = stop.raised() ? ProgramEnd::How::interrupted : ProgramEnd::How::timed_out;
    child.interrupt();
    if (!child.ends_within(clean_up_limit, nothing_else)) child.kill();
    child.wait();
  } else {
    const int status = child.wait();
    const bool killed = WIFSIGNALED(status);
    end.how = killed ? ProgramEnd::How::killed : ProgramEnd::How::ended;
    end.status = killed ? WTERMSIG(status) : WEXITSTATUS(status);
  }
  end.errors = errors.content();
  return end;
}

}  // namespace ringside
