#include "harness/measure/noise.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringside {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

NoiseSnapshot snapshot(std::chrono::nanoseconds at, std::chrono::nanoseconds busy,
                       std::chrono::nanoseconds steal, std::chrono::nanoseconds own) {
  NoiseSnapshot snapshot;
  snapshot.at = at;
  snapshot.machine = MachineCpuTimes{.cpus = 2, .busy = busy, .steal = steal};
  snapshot.own_cpu = own;
  snapshot.throttled = std::uint64_t{7};
  return snapshot;
}

TEST(MachineCpuTimes, AreParsedInTicks) {
  // Recorded on Linux 6.18.
  const auto times = parse_machine_cpu_times(
      "cpu  15573 1 4775 187346 508 2 131 58 40 0\ncpu0 7073 0 2005 94911 101 0 41 29 0 0\n", 10ms);
  ASSERT_TRUE(times);
  EXPECT_EQ(times->busy, 10ms * (15573 + 1 + 4775 + 2 + 131));
  EXPECT_EQ(times->steal, 580ms);
  EXPECT_EQ(times->cpus, 1);
}

TEST(MachineCpuTimes, SayWhatIsMissing) {
  EXPECT_THAT(parse_machine_cpu_times("cpu0 1 2 3\n", 10ms).reason, HasSubstr("no line 'cpu'"));
  EXPECT_FALSE(parse_machine_cpu_times("cpu 1 2 3 4 5 6 7\n", 10ms));
}

TEST(NoiseBetween, TakesOurOwnCpuAway) {
  const Noise noise = noise_between(snapshot(1s, 10s, 1s, 2s), snapshot(3s, 13s, 1500ms, 4s));
  EXPECT_DOUBLE_EQ(*noise.other_cpu_share, 0.5);
  EXPECT_DOUBLE_EQ(*noise.steal_s, 0.5);
  EXPECT_EQ(*noise.throttled, 0u);
  EXPECT_FALSE(noise.cacheline_ns);
}

TEST(NoiseBetween, IsNeverNegative) {
  const Noise noise = noise_between(snapshot(0s, 10s, 1s, 0s), snapshot(1s, 10s, 990ms, 20ms));
  EXPECT_EQ(*noise.other_cpu_share, 0.0);
  EXPECT_EQ(*noise.steal_s, 0.0);
}

TEST(NoiseBetween, HandsReasonsOn) {
  NoiseSnapshot after = snapshot(1s, 10s, 0s, 0s);
  after.own_cpu = Measured<std::chrono::nanoseconds>::unknown("it has ended");
  after.throttled = Measured<std::uint64_t>::unknown("no controller");
  const Noise noise = noise_between(snapshot(0s, 10s, 0s, 0s), after);
  EXPECT_EQ(noise.other_cpu_share.reason, "it has ended");
  EXPECT_EQ(noise.throttled.reason, "no controller");
  EXPECT_TRUE(noise.steal_s);
}

TEST(NoiseBetween, IsNeverMoreThanAllCpus) {
  const Noise noise = noise_between(snapshot(0s, 10s, 0s, 0s), snapshot(100ms, 18s, 0s, 0s));
  EXPECT_EQ(*noise.other_cpu_share, 2.0);
}

TEST(NoiseBetween, ATickIsNoShare) {
  // One tick of 10 ms within a window of 0.1 ms has been told as 7927 % of a CPU.
  const Noise noise = noise_between(snapshot(0s, 10s, 0s, 0s), snapshot(99ms, 10s + 10ms, 0s, 0s));
  EXPECT_THAT(noise.other_cpu_share.reason, HasSubstr("shorter than the 100 ms"));
}

TEST(NoiseBetween, AnEmptyWindowHasNoShare) {
  const NoiseSnapshot now = snapshot(1s, 1s, 0s, 0s);
  EXPECT_FALSE(noise_between(now, now).other_cpu_share);
}

TEST(NoiseProbe, WatchesThisMachine) {
  NoiseProbe probe({});
  probe.start();
  EXPECT_THAT(probe.stop().other_cpu_share.reason, HasSubstr("shorter than the 100 ms"));
  ::usleep(120'000);
  const Noise noise = probe.stop();
  ASSERT_TRUE(noise.steal_s) << noise.steal_s.reason;
  ASSERT_TRUE(noise.other_cpu_share) << noise.other_cpu_share.reason;
  EXPECT_GE(*noise.other_cpu_share, 0.0);
}

TEST(NoiseProbe, SaysThatAProcessOfOursHasEnded) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  const std::array own{pid};
  const NoiseProbe probe(own);
  EXPECT_THAT(probe.stop().other_cpu_share.reason, HasSubstr("No such process"));
}

}  // namespace
}  // namespace ringside
