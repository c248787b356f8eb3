#include "harness/measure/cgroup.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/measure/fake_root.hpp"

namespace ringside {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view v2_mount =
    "24 29 0:27 / /sys/fs/cgroup rw,nosuid,nodev shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

/// A unit of systemd whose slice has a quota of one and a half CPUs.
void fill_version_2(FakeRoot& root) {
  root.add("/proc/self/cgroup", "0::/ci.slice/job.service\n");
  root.add("/proc/self/mountinfo", v2_mount);
  root.add("/sys/fs/cgroup/cpu.stat", "usage_usec 100\nuser_usec 60\nsystem_usec 40\n");
  root.add("/sys/fs/cgroup/ci.slice/cpu.max", "150000 100000\n");
  root.add("/sys/fs/cgroup/ci.slice/cpu.stat", "usage_usec 9\nnr_periods 9\nnr_throttled 4\n");
  root.add("/sys/fs/cgroup/ci.slice/memory.max", "1073741824\n");
  root.add("/sys/fs/cgroup/ci.slice/job.service/cpu.max", "max 100000\n");
  root.add("/sys/fs/cgroup/ci.slice/job.service/cpu.stat", "nr_periods 2\nnr_throttled 1\n");
  root.add("/sys/fs/cgroup/ci.slice/job.service/memory.max", "max\n");
  root.add("/sys/fs/cgroup/ci.slice/job.service/pids.max", "max\n");
}

TEST(Cgroup, Version2CountsThrottlingOfTheGroupsAboveToo) {
  FakeRoot root;
  fill_version_2(root);
  EXPECT_THAT(cgroup_folders("cpu", root.path()),
              ElementsAre(root.path() / "sys/fs/cgroup/ci.slice/job.service",
                          root.path() / "sys/fs/cgroup/ci.slice", root.path() / "sys/fs/cgroup"));
  EXPECT_EQ(*throttled_periods(root.path()), 5u);
}

TEST(Cgroup, Version2TakesTheTightestLimit) {
  FakeRoot root;
  fill_version_2(root);
  const CgroupLimits limits = read_cgroup_limits(root.path());
  EXPECT_DOUBLE_EQ(*limits.cpus, 1.5);
  EXPECT_DOUBLE_EQ(*limits.memory_bytes, 1073741824.0);
  EXPECT_TRUE(std::isinf(*limits.tasks));
}

TEST(Cgroup, Version1InADockerContainer) {
  FakeRoot root;
  root.add("/proc/self/cgroup", "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n");
  root.add("/proc/self/mountinfo",
           "31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs rw\n"
           "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro master:11 - cgroup cgroup "
           "rw,cpu,cpuacct\n"
           "33 31 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  root.add("/sys/fs/cgroup/cpu,cpuacct/cpu.stat", "nr_periods 7\nnr_throttled 3\n");
  root.add("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n");
  root.add("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  root.add("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(*throttled_periods(root.path()), 3u);
  const CgroupLimits limits = read_cgroup_limits(root.path());
  EXPECT_DOUBLE_EQ(*limits.cpus, 0.5);
  EXPECT_TRUE(std::isinf(*limits.memory_bytes));
  EXPECT_THAT(limits.tasks.reason, HasSubstr("no pids controller"));
}

// Recorded on this project's first machine: version 1 and an empty version 2 side by side.
TEST(Cgroup, MixedHierarchies) {
  FakeRoot root;
  root.add("/proc/self/cgroup", "8:pids:/\n4:memory:/a/b\n2:cpuacct:/\n1:cpu:/\n0::/\n");
  root.add("/proc/self/mountinfo",
           "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
           "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n"
           "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n");
  root.add("/sys/fs/cgroup/cpu/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n");
  root.add("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  root.add("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(*throttled_periods(root.path()), 0u);
  EXPECT_TRUE(std::isinf(*read_cgroup_limits(root.path()).cpus));
  EXPECT_THAT(cgroup_folders("memory", root.path()), IsEmpty());
}

TEST(Cgroup, WithoutACpuControllerSaysSo) {
  FakeRoot root;
  root.add("/proc/self/cgroup", "0::/\n").add("/proc/self/mountinfo", v2_mount);
  root.add("/sys/fs/cgroup/cpu.stat", "usage_usec 100\n");
  EXPECT_THAT(throttled_periods(root.path()).reason, HasSubstr("no cpu controller"));
  EXPECT_FALSE(read_cgroup_limits(root.path()).cpus);
}

TEST(Cgroup, WithoutProcSaysSo) {
  const FakeRoot root;
  EXPECT_THAT(cgroup_folders("cpu", root.path()), IsEmpty());
  EXPECT_FALSE(throttled_periods(root.path()));
}

TEST(Cgroup, CpuMaxIsParsed) {
  EXPECT_DOUBLE_EQ(*parse_cpu_max("200000 100000"), 2.0);
  EXPECT_TRUE(std::isinf(*parse_cpu_max("max 100000")));
  EXPECT_FALSE(parse_cpu_max("max"));
  EXPECT_FALSE(parse_cpu_max("100000 0"));
  EXPECT_FALSE(parse_cpu_max("a b"));
}

}  // namespace
}  // namespace ringside
