#include "harness/load/load.hpp"

#include <gtest/gtest.h>

namespace ringside {
namespace {

using namespace std::chrono_literals;

TEST(ShareOfMeasured, IsThatOfItsOperations) {
  EXPECT_EQ(share_of_measured(1000ns, {.ops = 3, .all_ops = 4}), 750ns);
  EXPECT_EQ(share_of_measured(1000ns, {.ops = 4, .all_ops = 4}), 1000ns);
}

TEST(ShareOfMeasured, IsNothingWhereNothingWasDone) {
  EXPECT_EQ(share_of_measured(1000ns, {.ops = 0, .all_ops = 4}), 0ns);
  EXPECT_EQ(share_of_measured(1000ns, {}), 0ns);
}

}  // namespace
}  // namespace ringside
