#include "harness/measure/busiest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringside {
namespace {

using std::chrono::duration;
using Processes = std::map<pid_t, ProcessTicks>;

TEST(ProcessStat, IsParsed) {
  const auto process = parse_process_stat(
      "8333 (cat) R 8293 8333 6306 34816 8333 4194304 94 0 0 0 12 30 0 0 20 0 1 0 150 3133440");
  ASSERT_TRUE(process);
  EXPECT_EQ(process->name, "cat");
  EXPECT_EQ(process->ticks, 42u);
}

TEST(ProcessStat, NamesMayContainAnything) {
  const auto process =
      parse_process_stat("1 (a) b (c)) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 3");
  ASSERT_TRUE(process);
  EXPECT_EQ(process->name, "a) b (c)");
  EXPECT_EQ(process->ticks, 11u);
}

TEST(ProcessStat, NonsenseIsRefused) {
  EXPECT_FALSE(parse_process_stat(""));
  EXPECT_FALSE(parse_process_stat("1 cat S 0"));
  EXPECT_FALSE(parse_process_stat(")("));
  EXPECT_FALSE(parse_process_stat("1 (cat) S 0 1 1"));
}

TEST(BusiestProgram, IsTheOneThatGrewMost) {
  const Processes before{{1, {"init", 5000}}, {2, {"builder", 10}}};
  const Processes after{{1, {"init", 5001}}, {2, {"builder", 60}}};
  const auto busiest = busiest_between(before, after, duration<double>(0.5), 100);
  ASSERT_TRUE(busiest);
  EXPECT_EQ(busiest->name, "builder");
  EXPECT_DOUBLE_EQ(busiest->cpu_share, 1.0);
}

TEST(BusiestProgram, MayHaveBegunMeanwhile) {
  const auto busiest =
      busiest_between({}, Processes{{2, {"builder", 25}}}, duration<double>(0.5), 100);
  ASSERT_TRUE(busiest);
  EXPECT_DOUBLE_EQ(busiest->cpu_share, 0.5);
}

TEST(BusiestProgram, IsUnknownWhenNothingGrew) {
  const Processes same{{1, {"init", 5000}}};
  EXPECT_FALSE(busiest_between(same, same, duration<double>(0.5), 100));
  EXPECT_FALSE(busiest_between(same, {}, duration<double>(0.5), 100));
}

}  // namespace
}  // namespace ringside
