#include "harness/measure/awake_cpus.hpp"

#include <chrono>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>

namespace ringside {
namespace {

using namespace std::chrono_literals;

std::chrono::nanoseconds read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// CPU time of all threads but this one.
std::chrono::nanoseconds cpu_of_others() {
  return read(CLOCK_PROCESS_CPUTIME_ID) - read(CLOCK_THREAD_CPUTIME_ID);
}

/// Whether they use some CPU within a minute: on a busy machine they have to wait for it.
bool use_cpu() {
  const auto before = cpu_of_others();
  for (int i = 0; i < 6000; ++i) {
    std::this_thread::sleep_for(10ms);
    if (cpu_of_others() - before > 1ms) return true;
  }
  return false;
}

TEST(AwakeCpus, AreAwakeFromBeingToldUntilBeingToldOtherwise) {
  AwakeCpus cpus(CpuSet::allowed());
  for (int i = 0; i < 2; ++i) {
    cpus.keep_awake();
    EXPECT_TRUE(use_cpu());
    cpus.let_sleep();
    std::this_thread::sleep_for(20ms);
    const auto before = cpu_of_others();
    std::this_thread::sleep_for(200ms);
    EXPECT_LT(cpu_of_others() - before, 20ms) << "they are blocked";
  }
}

TEST(AwakeCpus, EndWhateverTheyDo) {
  { AwakeCpus asleep(CpuSet::allowed()); }
  AwakeCpus awake(CpuSet::allowed());
  awake.keep_awake();
}

}  // namespace
}  // namespace ringside
