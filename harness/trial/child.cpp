#include "harness/trial/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

// glibc 2.36's header does not say for C++ that its functions are C.
extern "C" {
#include <sys/pidfd.h>
}

#include <csignal>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "harness/measure/cpus.hpp"

namespace ringside {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Where the cell process finds its descriptors; listeners follow the control channel.
constexpr int control_fd = 3;

// Generous bounds against waiting for ever: no part of anything measured.
constexpr seconds answer_limit{10};
constexpr seconds stop_limit{5};
constexpr milliseconds epitaph_limit{200};

/// What posix_spawn(3) does in the new process before it becomes the cell.
class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void open_null(int fd) {
    ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDONLY, 0);
  }
  void duplicate(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// Copies out of the way of the numbers that the child's descriptors will have.
UniqueFd duplicate_above(int fd, int lowest) {
  return UniqueFd(check(::fcntl(fd, F_DUPFD_CLOEXEC, lowest), "fcntl"));
}

pid_t spawn_cell(int control, std::span<const UniqueFd> listeners) {
  const int first_free = control_fd + 1 + static_cast<int>(listeners.size());
  std::vector<UniqueFd> sources;
  sources.push_back(duplicate_above(control, first_free));
  for (const UniqueFd& listener : listeners) {
    sources.push_back(duplicate_above(listener.get(), first_free));
  }
  SpawnActions actions;
  actions.open_null(STDIN_FILENO);
  // Standard output is for the report: what a library or a sanitizer prints goes to standard error.
  actions.duplicate(STDERR_FILENO, STDOUT_FILENO);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    actions.duplicate(sources[i].get(), control_fd + static_cast<int>(i));
  }
  std::string name = "ringside", subcommand = "cell", count = std::to_string(listeners.size());
  char* const arguments[] = {name.data(), subcommand.data(), count.data(), nullptr};
  pid_t pid = -1;
  const int failure =
      ::posix_spawn(&pid, "/proc/self/exe", actions.get(), nullptr, arguments, environ);
  if (failure != 0) throw_errno("starting a process for the cell", failure);
  return pid;
}

std::string describe_end(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return fmt::format("its process was killed by signal {} ({})", signal, ::strsignal(signal));
  }
  return fmt::format("its process ended with status {}", WEXITSTATUS(wait_status));
}

}  // namespace

Child::Child(std::span<const UniqueFd> listeners, const CpuSet& cpus)
    : Child(make_channel(), listeners, cpus) {}

Child::Child(std::pair<UniqueFd, UniqueFd> channel, std::span<const UniqueFd> listeners,
             const CpuSet& cpus)
    : channel_(std::move(channel.first)), pid_(spawn_cell(channel.second.get(), listeners)) {
  channel.second.reset();  // so that its end is seen when the process dies
  try {
    // Before it makes threads: they inherit the pinning.
    pin_process(pid_, cpus);
    const Json hello = expect("hello");
    if (hello.value("protocol", 0) != control_protocol) {
      throw Error(fmt::format("the cell's process speaks protocol {}, this harness {}",
                              hello.value("protocol", 0), control_protocol),
                  "use the same build for both");
    }
  } catch (...) {
    kill_and_reap();
    throw;
  }
}

Child::~Child() {
  kill_and_reap();
}

std::string Child::start(const std::string& scenario, const std::string& backend,
                         const Json& params) {
  channel_.send({{"type", "start"},
                 {"protocol", control_protocol},
                 {"scenario", scenario},
                 {"backend", backend},
                 {"params", params}});
  return expect("ready").value("backend_version", "");
}

Snapshot Child::snapshot() const {
  channel_.send({{"type", "snapshot"}});
  const Json answer = expect("snapshot");
  Snapshot snapshot;
  snapshot.user = std::chrono::nanoseconds(answer.at("user_ns").get<std::int64_t>());
  snapshot.system = std::chrono::nanoseconds(answer.at("system_ns").get<std::int64_t>());
  snapshot.voluntary = answer.at("voluntary");
  snapshot.involuntary = answer.at("involuntary");
  snapshot.effective = answer.at("effective").get<std::map<std::string, std::string>>();
  return snapshot;
}

void Child::stop() {
  channel_.send({{"type", "stop"}});
  expect("stopped");
  if (!wait_for_end(stop_limit)) {
    throw Error(fmt::format("it stopped, but its process lived on for {} s and was killed",
                            stop_limit.count()));
  }
  if (!WIFEXITED(wait_status_) || WEXITSTATUS(wait_status_) != 0) {
    throw Error("while stopping, " + describe_end(wait_status_));
  }
}

Epitaph Child::epitaph() {
  try {
    // A cell that failed said why before it ended.
    while (const auto message = channel_.receive(epitaph_limit)) {
      if (type_of(*message) == "failed") {
        return {.reason = message->value("reason", ""), .mend = message->value("mend", "")};
      }
    }
  } catch (const Error&) {
    // Silence is not an answer: look at the process itself.
  }
  if (!wait_for_end(epitaph_limit)) return {};
  return {.reason = describe_end(wait_status_), .mend = {}};
}

Json Child::expect(std::string_view type) const {
  const auto message = channel_.receive(answer_limit);
  if (!message) throw Error("the cell's process closed its control channel");
  if (type_of(*message) == type) return *message;
  const std::string reason = message->value("reason", "");
  const std::string mend = message->value("mend", "");
  if (type_of(*message) == "unavailable") throw Unavailable(reason, mend);
  if (type_of(*message) == "failed") throw Error(reason, mend);
  throw Error(fmt::format("the cell's process said '{}' instead of '{}'", type_of(*message), type));
}

bool Child::wait_for_end(milliseconds limit) {
  if (ended_) return true;
  const UniqueFd process(::pidfd_open(pid_, 0));
  pollfd waiting{.fd = process.get(), .events = POLLIN, .revents = 0};
  ::poll(&waiting, 1, static_cast<int>(limit.count()));
  ended_ = ::waitpid(pid_, &wait_status_, WNOHANG) == pid_;
  return ended_;
}

void Child::kill_and_reap() noexcept {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, &wait_status_, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
}

}  // namespace ringside
