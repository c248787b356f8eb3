#include "harness/measure/process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using std::chrono::nanoseconds;
using ::testing::HasSubstr;

// Recorded on Linux 6.18, shortened.
constexpr std::string_view status =
    "Name:\tringside\nState:\tS (sleeping)\nTgid:\t8333\nPid:\t8333\nVmPeak:\t    3060 kB\n"
    "VmHWM:\t    1760 kB\nVmRSS:\t    1648 kB\nThreads:\t6\nSigQ:\t0/96365\n";

// A zombie has no memory any more.
constexpr std::string_view status_of_zombie =
    "Name:\tringside\nState:\tZ (zombie)\nTgid:\t8333\nPid:\t8333\nThreads:\t1\n";

/// A process id that was in use and is not any more.
pid_t ended_process() {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  return pid;
}

TEST(ProcessStatus, GivesPeakMemoryInBytes) {
  EXPECT_EQ(*parse_max_rss_bytes(status), 1760u * 1024u);
}

TEST(ProcessStatus, SaysWhyThereIsNoPeakMemory) {
  EXPECT_THAT(parse_max_rss_bytes(status_of_zombie).reason, HasSubstr("it has ended"));
  EXPECT_THAT(parse_max_rss_bytes("VmHWM:\t1 MB\n").reason, HasSubstr("not in kB"));
  EXPECT_THAT(parse_max_rss_bytes("VmHWM:\tx kB\n").reason, HasSubstr("no number"));
}

TEST(ProcessStatus, GivesThreads) {
  EXPECT_EQ(*parse_threads(status), 6u);
  EXPECT_FALSE(parse_threads("Name:\tringside\n"));
}

TEST(KernelWorkers, AreKnownByTheirNames) {
  EXPECT_TRUE(is_kernel_worker({.id = 1, .name = "iou-wrk-8333"}));
  EXPECT_TRUE(is_kernel_worker({.id = 1, .name = "iou-sqp-8333"}));
  EXPECT_FALSE(is_kernel_worker({.id = 1, .name = "ringside"}));
  EXPECT_FALSE(is_kernel_worker({.id = 1, .name = "iou"}));
}

TEST(RunnableThreads, AreKnownByTheirState) {
  EXPECT_TRUE(is_runnable("8333 (ringside) R 1 8333"));
  EXPECT_FALSE(is_runnable("8333 (ringside) S 1 8333"));
  EXPECT_FALSE(is_runnable("8333 (a) R b) S 1 8333"));
  EXPECT_TRUE(is_runnable("8333 (a) S b) R 1 8333"));
  EXPECT_FALSE(is_runnable(""));
}

TEST(RunnableThreads, AreFoundInAProcess) {
  EXPECT_TRUE(has_runnable_thread(::getpid())) << "this thread runs";
  const pid_t waiting = ::fork();
  if (waiting == 0) {
    while (true) ::pause();
  }
  for (int look = 0; look < 500 && has_runnable_thread(waiting); ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(has_runnable_thread(waiting));
  ::kill(waiting, SIGKILL);
  ::waitpid(waiting, nullptr, 0);
  EXPECT_FALSE(has_runnable_thread(waiting)) << "it has ended";
}

TEST(ProcessFacts, OfThisProcess) {
  const ProcessFacts before = read_process_facts(::getpid());
  ASSERT_TRUE(before.threads && before.max_rss_bytes && before.kernel_workers);
  EXPECT_GT(*before.max_rss_bytes, 0u);
  EXPECT_EQ(*before.kernel_workers, 0u);
  const std::jthread another([](std::stop_token stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
  });
  EXPECT_EQ(*read_process_facts(::getpid()).threads, *before.threads + 1);
  EXPECT_EQ(read_tasks(::getpid())->size(), *before.threads + 1);
}

TEST(ProcessFacts, SayThatAProcessHasEnded) {
  const ProcessFacts facts = read_process_facts(ended_process());
  EXPECT_FALSE(facts.max_rss_bytes);
  EXPECT_FALSE(facts.threads);
  EXPECT_FALSE(facts.kernel_workers);
  EXPECT_THAT(facts.kernel_workers.reason, HasSubstr("cannot list the threads"));
}

TEST(ProcessCpuClock, CountsAllThreads) {
  const ProcessCpuClock clock(::getpid());
  const nanoseconds begin = clock.now();
  // Each thread works until its own clock says so, hence no assertion about speed.
  const auto work = [] {
    timespec time{};
    do {
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    } while (time.tv_nsec < 5'000'000);
  };
  {
    const std::jthread one(work);
    const std::jthread other(work);
  }
  EXPECT_GE(clock.now() - begin, nanoseconds(10'000'000));
}

TEST(ProcessCpuClock, ReadsAnotherProcess) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (;;) ::pause();
  }
  const ProcessCpuClock clock(pid);
  EXPECT_GE(clock.now(), nanoseconds(0));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  EXPECT_THROW(clock.now(), Error);
}

TEST(ProcessCpuClock, NeedsAProcess) {
  EXPECT_THROW(ProcessCpuClock{ended_process()}, Error);
}

}  // namespace
}  // namespace ringside
