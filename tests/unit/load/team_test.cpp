#include "harness/load/team.hpp"

#include <atomic>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace ringside {
namespace {

TEST(ThreadTeam, RunsOnEveryThreadAndTheFirstIsTheCaller) {
  std::atomic<int> started = 0;
  ThreadTeam team(3, [&](std::size_t) { ++started; });
  std::vector<std::thread::id> ids(3);
  for (int turn = 0; turn < 100; ++turn) {
    team.run([&](std::size_t index) { ids[index] = std::this_thread::get_id(); });
    EXPECT_EQ(ids[0], std::this_thread::get_id());
    EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 3u);
  }
  EXPECT_EQ(started, 2);
}

TEST(ThreadTeam, PassesOnTheFirstFailureAndGoesOn) {
  ThreadTeam team(3, [](std::size_t) {});
  std::atomic<int> ran = 0;
  const auto failing = [&](std::size_t index) {
    ++ran;
    if (index > 0) throw std::runtime_error(std::to_string(index));
  };
  try {
    team.run(failing);
    FAIL() << "two threads failed";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "1");
  }
  EXPECT_EQ(ran, 3);
  team.run([&](std::size_t) { ++ran; });
  EXPECT_EQ(ran, 6);
}

TEST(ThreadTeam, StartsWholeOrNotAtAll) {
  std::atomic<int> started = 0;
  const auto fails_on_the_last = [&](std::size_t index) {
    ++started;
    if (index == 2) throw std::runtime_error("cannot be pinned");
  };
  EXPECT_THROW(ThreadTeam(3, fails_on_the_last), std::runtime_error);
  EXPECT_EQ(started, 2);
}

}  // namespace
}  // namespace ringside
