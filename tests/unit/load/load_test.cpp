#include "harness/load/load.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "harness/load/shards.hpp"

namespace ringside {
namespace {

using namespace std::chrono_literals;

TEST(ShareOfMeasured, IsThatOfItsOperations) {
  EXPECT_EQ(share_of_measured(1000ns, {.all_ops = 4, .work = 3}), 750ns);
  EXPECT_EQ(share_of_measured(1000ns, {.all_ops = 4, .work = 4}), 1000ns);
}

TEST(ShareOfMeasured, IsNothingWhereNothingWasDone) {
  EXPECT_EQ(share_of_measured(1000ns, {.all_ops = 4, .work = 0}), 0ns);
  EXPECT_EQ(share_of_measured(1000ns, {}), 0ns);
}

TEST(MergeParts, AddsUpAndIsSettledWhenAllAre) {
  const WindowResult one{.ops = 3,
                         .all_ops = 5,
                         .elapsed = 10ms,
                         .work = 3.25,
                         .first_half_work = 1.5,
                         .first_half = 5ms,
                         .begun = {.started = 4, .ended_inside = 3, .ended_after = 1},
                         .response = 8ms,
                         .idle = 2ms,
                         .settling = 1ms};
  WindowResult other = one;
  other.settling = 3ms;
  other.elapsed = 12ms;
  std::vector<WindowResult> parts = {one, other};
  const WindowResult whole = merge_parts(parts);
  EXPECT_DOUBLE_EQ(whole.work, 6.5);
  EXPECT_DOUBLE_EQ(whole.first_half_work, 3);
  EXPECT_EQ(whole.elapsed, 11ms);
  EXPECT_EQ(whole.begun.started, 8u);
  EXPECT_EQ(whole.begun.ended_after, 2u);
  EXPECT_EQ(whole.response, 16ms);
  EXPECT_EQ(whole.idle, 4ms);
  EXPECT_EQ(whole.settling, 3ms);
  EXPECT_EQ(whole.unsettled, 0u);
  parts[1].settling.reset();
  parts[1].unsettled = 1;
  EXPECT_FALSE(merge_parts(parts).settling);
  EXPECT_EQ(merge_parts(parts).unsettled, 1u);
}

}  // namespace
}  // namespace ringside
