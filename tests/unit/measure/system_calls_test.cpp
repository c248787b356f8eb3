#include "harness/measure/system_calls.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace ringside {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::uint64_t calls_per_thread = 1000;

struct Pipe {
  UniqueFd reader, writer;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  check(::pipe(ends.data()), "pipe");
  return {.reader = UniqueFd(ends[0]), .writer = UniqueFd(ends[1])};
}

void send_byte(const Pipe& pipe) {
  ASSERT_EQ(::write(pipe.writer.get(), "x", 1), 1);
}

void await_byte(const Pipe& pipe) {
  char byte = 0;
  ASSERT_EQ(::read(pipe.reader.get(), &byte, 1), 1);
}

/// A child whose threads make a known number of system calls when told to, and then wait.
class Caller {
 public:
  enum class Threads { made_before, made_after_go };

  Caller(std::size_t threads, Threads when) : threads_(threads), when_(when) {
    pid_ = ::fork();
    if (pid_ == 0) run();
    await_all();
  }
  ~Caller() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  pid_t pid() const noexcept { return pid_; }

  /// Returns when every thread has made its calls.
  void go() {
    for (std::size_t i = 0; i < threads_; ++i) send_byte(go_);
    await_all();
  }

 private:
  void await_all() {
    for (std::size_t i = 0; i < threads_; ++i) await_byte(done_);
  }

  [[noreturn]] void call() {
    for (std::uint64_t i = 0; i < calls_per_thread; ++i) ::syscall(SYS_getppid);
    send_byte(done_);
    // Not another read: that would take away what is meant for a thread that has not begun.
    for (;;) ::pause();
  }

  [[noreturn]] void run() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < threads_; ++i) {
      if (when_ == Threads::made_after_go) {
        send_byte(done_);
        await_byte(go_);
        threads.emplace_back([this] { call(); });
      } else {
        threads.emplace_back([this] {
          send_byte(done_);
          await_byte(go_);
          call();
        });
      }
    }
    for (;;) ::pause();
  }

  std::size_t threads_;
  Threads when_;
  Pipe go_ = make_pipe();
  Pipe done_ = make_pipe();
  pid_t pid_ = -1;
};

/// What a counter sees of one go(), or nothing where counters are refused.
Measured<std::uint64_t> count(Caller& caller) {
  Measured<SystemCallCounter> counter = SystemCallCounter::open(caller.pid());
  if (!counter) return Measured<std::uint64_t>::unknown(counter.reason);
  const std::uint64_t before = counter->read();
  caller.go();
  return counter->read() - before;
}

/// The pipes and, with sanitizers, their run time make a few calls more.
void expect_close(std::uint64_t counted, std::uint64_t made) {
  EXPECT_GE(counted, made);
  EXPECT_LE(counted, made + made / 10 + 100);
}

TEST(SystemCallCounter, CountsOneThread) {
  Caller caller(1, Caller::Threads::made_before);
  const auto counted = count(caller);
  if (!counted) GTEST_SKIP() << counted.reason;
  expect_close(*counted, calls_per_thread);
}

TEST(SystemCallCounter, CountsEveryThread) {
  Caller caller(5, Caller::Threads::made_before);
  const auto counted = count(caller);
  if (!counted) GTEST_SKIP() << counted.reason;
  expect_close(*counted, 5 * calls_per_thread);
}

TEST(SystemCallCounter, CountsThreadsThatAreMadeLater) {
  Caller caller(1, Caller::Threads::made_after_go);
  const auto counted = count(caller);
  if (!counted) GTEST_SKIP() << counted.reason;
  expect_close(*counted, calls_per_thread);
}

TEST(SystemCallCounter, SaysThatAProcessHasEnded) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  const auto counter = SystemCallCounter::open(pid);
  ASSERT_FALSE(counter);
  EXPECT_NE(counter.reason, "");
}

TEST(PerfRights, CapabilitiesAreReadFromStatus) {
  EXPECT_TRUE(has_perf_capability("CapEff:\t000001fffeffffff\n"));   // root of a virtual machine
  EXPECT_TRUE(has_perf_capability("CapEff:\t0000004000000000\n"));   // CAP_PERFMON alone
  EXPECT_FALSE(has_perf_capability("CapEff:\t00000000a80425fb\n"));  // root in Docker
  EXPECT_FALSE(has_perf_capability("CapEff:\t0000000000000000\n"));
  EXPECT_FALSE(has_perf_capability("Name:\tcat\n"));
}

TEST(PerfRights, RefusalNamesTheSetting) {
  EXPECT_THAT(explain_perf_refusal(EACCES, {.paranoid = 2, .privileged = false}),
              AllOf(HasSubstr("perf_event_paranoid is 2"), HasSubstr("CAP_PERFMON")));
  EXPECT_THAT(explain_perf_refusal(EPERM, {.paranoid = Measured<int>(), .privileged = false}),
              HasSubstr("unreadable"));
}

TEST(PerfRights, RefusalInSpiteOfRightsPointsAtTheSandbox) {
  EXPECT_THAT(explain_perf_refusal(EPERM, {.paranoid = 2, .privileged = true}),
              HasSubstr("seccomp"));
  EXPECT_THAT(explain_perf_refusal(EACCES, {.paranoid = 1, .privileged = false}),
              HasSubstr("seccomp"));
  EXPECT_THAT(explain_perf_refusal(ENOSYS, {}), HasSubstr("gVisor"));
}

TEST(PerfRights, OtherRefusalsSayWhatToRaise) {
  EXPECT_THAT(explain_perf_refusal(EMFILE, {}), HasSubstr("ulimit -n"));
  EXPECT_THAT(explain_perf_refusal(ESRCH, {}), HasSubstr("has ended"));
  EXPECT_THAT(explain_perf_refusal(EINVAL, {}), HasSubstr("Invalid argument"));
}

}  // namespace
}  // namespace ringside
