#include "harness/process/helper_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

// glibc 2.36's header does not say for C++ that its functions are C.
extern "C" {
#include <sys/pidfd.h>
}

#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"
#include "harness/measure/cpus.hpp"
#include "harness/measure/limits.hpp"
#include "harness/process/spawn_actions.hpp"
#include "harness/version.hpp"

namespace ringside {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Where the new process finds its descriptors; sockets follow the control channel.
constexpr int control_fd = 3;

// Generous bounds against waiting for ever: no part of anything measured.
constexpr seconds answer_limit{10};
constexpr seconds stop_limit{5};
constexpr milliseconds epitaph_limit{200};

/// Copies out of the way of the numbers that the child's descriptors will have.
UniqueFd duplicate_above(int fd, int lowest) {
  return UniqueFd(check(::fcntl(fd, F_DUPFD_CLOEXEC, lowest), "a descriptor for a helper process"));
}

/// What the user can do where a process could not be started.
std::string mend_for_start(const ProgramWords& program, int code) {
  const bool named_by_user = !program.empty() && (code == ENOENT || code == EACCES);
  return named_by_user ? "name a program that is there and may be run"
                       : remedy(Need::process, code);
}

pid_t spawn(const ProgramWords& program, const std::string& subcommand, int control,
            std::span<const UniqueFd> sockets) {
  const int first_free = control_fd + 1 + static_cast<int>(sockets.size());
  std::vector<UniqueFd> sources;
  sources.push_back(duplicate_above(control, first_free));
  for (const UniqueFd& socket : sockets) {
    sources.push_back(duplicate_above(socket.get(), first_free));
  }
  SpawnActions actions;
  actions.connect_to_nothing(STDIN_FILENO);
  // Standard output is for the report: what a library or a sanitizer prints goes to standard error.
  actions.duplicate(STDERR_FILENO, STDOUT_FILENO);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    actions.duplicate(sources[i].get(), control_fd + static_cast<int>(i));
  }
  ProgramWords words = program.empty() ? ProgramWords{"ringside"} : program;
  const std::string executable = program.empty() ? "/proc/self/exe" : program.front();
  words.push_back(subcommand);
  words.push_back(std::to_string(sockets.size()));
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const InOwnGroup group;
  pid_t pid = -1;
  const int failure = ::posix_spawnp(&pid, executable.c_str(), actions.get(), group.get(),
                                     arguments.data(), environ);
  if (failure != 0) {
    throw_errno(fmt::format("cannot start {} as a process for `{}`", executable, subcommand),
                failure, mend_for_start(program, failure));
  }
  return pid;
}

std::string describe_end(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return fmt::format("its process was killed by signal {} ({})", signal, ::strsignal(signal));
  }
  return fmt::format("its process ended with status {}", WEXITSTATUS(wait_status));
}

/// What the user can do about an end that was not the process's own doing.
std::string mend_for_end(int wait_status) {
  if (!WIFSIGNALED(wait_status)) return {};
  switch (WTERMSIG(wait_status)) {
    case SIGKILL:
      return "if nobody killed it, memory ran out (dmesg says so): raise memory.max of the control "
             "group, free memory, or ask for less";
    case SIGSYS:
      return "a seccomp filter kills for a system call that it made: allow it there (docker run "
             "--security-opt seccomp=unconfined, SystemCallFilter= in systemd)";
    case SIGXCPU:
      return "raise the limit of CPU time (ulimit -t)";
    default:
      return {};
  }
}

/// Takes over an inherited descriptor, which must not be passed on any further.
UniqueFd inherited(int fd, std::string_view subcommand) {
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) {
    throw Error(fmt::format("`ringside {}` is started by `ringside run` only", subcommand),
                "to run a cell by hand, use `ringside serve`");
  }
  check(::fcntl(fd, F_SETFD, FD_CLOEXEC), "a descriptor for a helper process");
  return UniqueFd(fd);
}

/// Makes this process one that never outlives the harness, not after its crash either, and leaves
/// Ctrl-C, SIGTERM and SIGHUP to it: terminals, timeout(1) and service managers send them to all
/// alike.
void tie_to_harness() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

HelperProcess::HelperProcess(const std::string& subcommand, std::span<const UniqueFd> sockets,
                             const CpuSet& cpus, const ProgramWords& program)
    : HelperProcess(make_channel(), subcommand, sockets, cpus, program) {}

HelperProcess::HelperProcess(std::pair<UniqueFd, UniqueFd> channel, const std::string& subcommand,
                             std::span<const UniqueFd> sockets, const CpuSet& cpus,
                             const ProgramWords& program)
    : channel_(std::move(channel.first)),
      pid_(spawn(program, subcommand, channel.second.get(), sockets)) {
  channel.second.reset();  // so that its end is seen when the process dies
  try {
    // Before it makes threads: they inherit the pinning.
    pin_process(pid_, cpus);
    const Json greeting = expect("hello");
    if (greeting.value("protocol", 0) != control_protocol) {
      throw Error(fmt::format("its process speaks protocol {}, this harness {}",
                              greeting.value("protocol", 0), control_protocol),
                  "use a build with the same protocol");
    }
    version_ = greeting.value("ringside", "unknown");
  } catch (...) {
    kill_and_reap();
    throw;
  }
}

HelperProcess::~HelperProcess() {
  kill_and_reap();
}

void HelperProcess::stop() {
  channel_.send({{"type", "stop"}});
  await_stopped();
  if (!wait_for_end(stop_limit)) {
    throw Error(fmt::format("it stopped, but its process lived on for {} s and was killed",
                            stop_limit.count()));
  }
  if (!WIFEXITED(wait_status_) || WEXITSTATUS(wait_status_) != 0) {
    throw Error("while stopping, " + describe_end(wait_status_));
  }
}

void HelperProcess::await_stopped() const {
  // An interrupted run stops while work is under way: its answer may have been sent before.
  const auto end = std::chrono::steady_clock::now() + answer_limit;
  while (true) {
    const auto left = end - std::chrono::steady_clock::now();
    const auto message = channel_.receive(std::chrono::ceil<milliseconds>(left));
    if (!message) throw Error("its process closed its control channel");
    if (type_of(*message) == "done") continue;
    if (type_of(*message) == "stopped") return;
    throw_unexpected(*message, "stopped");
  }
}

/// What went wrong when a process says this instead of `wanted`.
void HelperProcess::throw_unexpected(const Json& message, std::string_view wanted) const {
  explained_ = type_of(message) == "unavailable" || type_of(message) == "failed";
  const std::string reason = message.value("reason", "");
  const std::string mend = message.value("mend", "");
  if (type_of(message) == "unavailable") throw Unavailable(reason, mend);
  if (type_of(message) == "failed") throw Error(reason, mend);
  throw Error(fmt::format("its process said '{}' instead of '{}'", type_of(message), wanted));
}

Epitaph HelperProcess::epitaph() {
  if (explained_) return {};
  try {
    // A process that failed said why before it ended.
    while (const auto message = channel_.receive(epitaph_limit)) {
      const bool unavailable = type_of(*message) == "unavailable";
      if (unavailable || type_of(*message) == "failed") {
        return {.reason = message->value("reason", ""),
                .mend = message->value("mend", ""),
                .unavailable = unavailable};
      }
    }
  } catch (const Error&) {
    // Silence is not an answer: look at the process itself.
  }
  if (!wait_for_end(epitaph_limit)) return {};
  return {.reason = describe_end(wait_status_), .mend = mend_for_end(wait_status_)};
}

Json HelperProcess::expect(std::string_view type) const {
  const auto message = channel_.receive(answer_limit);
  if (!message) throw Error("its process closed its control channel");
  if (type_of(*message) == type) return *message;
  throw_unexpected(*message, type);
}

bool HelperProcess::wait_for_end(milliseconds limit) {
  if (ended_) return true;
  const UniqueFd process(::pidfd_open(pid_, 0));
  pollfd waiting{.fd = process.get(), .events = POLLIN, .revents = 0};
  ::poll(&waiting, 1, static_cast<int>(limit.count()));
  siginfo_t end{};
  const bool has_ended =
      ::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      end.si_pid == pid_;
  if (has_ended) kill_and_reap();
  return has_ended;
}

void HelperProcess::kill_and_reap() noexcept {
  if (ended_) return;
  // The whole group, while the process still holds its number: a command that should have become
  // the program, and ran it beside itself, leaves nothing behind either.
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, &wait_status_, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
}

Inheritance take_inheritance(std::string_view subcommand, int sockets) {
  Inheritance inheritance{.control = inherited(control_fd, subcommand), .sockets = {}};
  for (int i = 1; i <= sockets; ++i) {
    inheritance.sockets.push_back(inherited(control_fd + i, subcommand));
  }
  return inheritance;
}

int run_helper(UniqueFd control,
               const std::function<void(const ControlChannel&, const Json&)>& work) {
  tie_to_harness();
  raise_descriptor_limit();
  const ControlChannel channel(std::move(control));
  channel.send({{"type", "hello"}, {"protocol", control_protocol}, {"ringside", version}});
  const auto start = channel.receive();
  if (!start) return 0;
  const auto tell = [&](std::string_view type, const char* reason, const std::string& mend) {
    channel.send({{"type", type}, {"reason", reason}, {"mend", mend}});
  };
  try {
    if (type_of(*start) != "start" || start->value("protocol", 0) != control_protocol) {
      throw Error("the harness speaks another protocol");
    }
    work(channel, *start);
    return 0;
  } catch (const Unavailable& refusal) {
    tell("unavailable", refusal.what(), refusal.mend());
    return 0;
  } catch (const std::exception& failure) {
    const Error error = explained(failure);
    tell("failed", error.what(), error.mend());
  }
  return 1;
}

}  // namespace ringside
