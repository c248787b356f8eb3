#include "harness/measure/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/measure/fake_root.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t mebi = std::uint64_t{1} << 20;

void fill_memory(FakeRoot& root) {
  root.add("/proc/meminfo", "MemTotal: 4194304 kB\nMemAvailable: 2097152 kB\n");
  root.add("/proc/self/cgroup", "0::/job\n");
  root.add("/proc/self/mountinfo", "24 29 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  root.add("/sys/fs/cgroup/job/memory.max", "max\n");
  root.add("/sys/fs/cgroup/job/memory.current", "50331648\n");
  root.add("/sys/fs/cgroup/job/memory.stat", "anon 1\ninactive_file 20971520\nactive_file 9\n");
}

TEST(MemoryRoom, IsWhatTheMachineHasWithoutALimit) {
  FakeRoot root;
  fill_memory(root);
  const Measured<MemoryRoom> room = memory_room(root.path());
  EXPECT_EQ(room->bytes, 2048 * mebi);
  EXPECT_EQ(room->bound_by, "MemAvailable");
}

TEST(MemoryRoom, IsWhatTheControlGroupLeaves) {
  FakeRoot root;
  fill_memory(root);
  root.add("/sys/fs/cgroup/job/memory.max", "67108864\n");
  const Measured<MemoryRoom> room = memory_room(root.path());
  EXPECT_EQ(room->bytes, (64 - 48 + 20) * mebi) << "pages of files that nobody uses are free";
  EXPECT_THAT(room->bound_by, HasSubstr("memory.max"));
}

TEST(MemoryRoom, EndsWhereTheGroupIsSlowedDown) {
  FakeRoot root;
  fill_memory(root);
  root.add("/sys/fs/cgroup/job/memory.high", "41943040\n");
  EXPECT_EQ(memory_room(root.path())->bytes, (40 - 28) * mebi);
}

TEST(MemoryRoom, IsNeverNegative) {
  FakeRoot root;
  fill_memory(root);
  root.add("/sys/fs/cgroup/job/memory.max", "1048576\n");
  EXPECT_EQ(memory_room(root.path())->bytes, 0u);
}

TEST(MemoryRoom, Version1) {
  FakeRoot root;
  root.add("/proc/meminfo", "MemAvailable: 2097152 kB\n");
  root.add("/proc/self/cgroup", "4:memory:/a\n");
  root.add("/proc/self/mountinfo",
           "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  root.add("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.add("/sys/fs/cgroup/memory/memory.usage_in_bytes", "104857600\n");
  root.add("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "67108864\n");
  root.add("/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "33554432\n");
  root.add("/sys/fs/cgroup/memory/a/memory.stat", "inactive_file 1\ntotal_inactive_file 1048576\n");
  EXPECT_EQ(memory_room(root.path())->bytes, (64 - 32 + 1) * mebi);
}

TEST(MemoryRoom, IsUnknownWhereNothingCanBeRead) {
  const FakeRoot root;
  EXPECT_THAT(memory_room(root.path()).reason, HasSubstr("proc/meminfo"));
}

}  // namespace
}  // namespace ringside
