#include "base/isolated.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/remedy.hpp"

namespace ringside {

namespace {

constexpr std::chrono::seconds patience{10};

// The first byte of what the child says; after a failure the reason follows, a zero and the mend.
constexpr char succeeded = '+';
constexpr char failed = '-';

std::pair<UniqueFd, UniqueFd> make_pipe(std::string_view what) {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), fmt::format("a pipe for trying {}", what));
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// The child's whole life.
[[noreturn]] void run_child(const UniqueFd& answer, const std::function<void()>& attempt) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);  // its death is an answer, and no core dump
  for (const int signal : {SIGSYS, SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  std::string said(1, succeeded);
  try {
    attempt();
  } catch (const std::exception& failure) {
    const Error error = explained(failure);
    said = failed + std::string(error.what()) + '\0' + error.mend();
  }
  const bool told =
      ::write(answer.get(), said.data(), said.size()) == static_cast<ssize_t>(said.size());
  ::_exit(told ? 0 : 1);  // without the parent's destructors and buffers
}

/// What the child has said when it has ended; nothing when it is silent for too long.
std::optional<std::string> listen_to(const UniqueFd& answer) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string said;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waiting{.fd = answer.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, std::max(0, static_cast<int>(left.count())));
    if (ready == 0) return std::nullopt;
    std::array<char, 1024> piece;
    const ssize_t got = ready < 0 ? -1 : ::read(answer.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return said;
    said.append(piece.data(), static_cast<std::size_t>(got));
  }
}

int reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

[[noreturn]] void throw_died(std::string_view what, int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
    throw Error(fmt::format("a seccomp filter kills whoever tries {} (signal {}, {})", what, SIGSYS,
                            ::strsignal(SIGSYS)),
                "allow its system calls in the filter (docker run --security-opt "
                "seccomp=unconfined, SystemCallFilter= in systemd)");
  }
  if (WIFSIGNALED(status)) {
    throw Error(fmt::format("trying {} ended with signal {} ({})", what, WTERMSIG(status),
                            ::strsignal(WTERMSIG(status))),
                "look into the kernel's log (dmesg) for what killed it");
  }
  throw Error(
      fmt::format("trying {} ended with status {} and without a word", what, WEXITSTATUS(status)));
}

}  // namespace

void try_in_child(std::string_view what, const std::function<void()>& attempt) {
  auto [answer, tell] = make_pipe(what);
  const pid_t child = ::fork();
  if (child == 0) run_child(tell, attempt);
  if (child < 0) {
    throw_errno(fmt::format("cannot start a process to try {} in", what), errno,
                remedy(Need::process, errno));
  }
  tell.reset();
  const std::optional<std::string> heard = listen_to(answer);
  if (!heard) ::kill(child, SIGKILL);
  const int status = reap(child);
  if (!heard) throw Error(fmt::format("trying {} took longer than {} s", what, patience.count()));
  const std::string& said = *heard;
  if (said.empty()) throw_died(what, status);
  if (said.front() == succeeded) return;
  const auto end = said.find('\0');
  throw Error(said.substr(1, end - 1), end == std::string::npos ? "" : said.substr(end + 1));
}

}  // namespace ringside
