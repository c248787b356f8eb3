#include "harness/stats/mean_of_rounds.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ringside {
namespace {

using Values = std::vector<double>;

TEST(MeanOfRounds, IsGeometricWithAnIntervalOfLogs) {
  const MeanOfRounds mean = mean_of_rounds(Values{100, 400}, 0.95);
  EXPECT_NEAR(mean.value, 200, 1e-9);
  EXPECT_NEAR(*mean.low * *mean.high, 200.0 * 200, 1e-6);
}

TEST(MeanOfRounds, WithAZeroIsArithmeticAndNeverBelowIt) {
  const MeanOfRounds mean = mean_of_rounds(Values{0, 0, 0.3}, 0.95);
  EXPECT_NEAR(mean.value, 0.1, 1e-12);
  EXPECT_EQ(*mean.low, 0);
  EXPECT_GT(*mean.high, 0.1);
}

TEST(MeanOfRounds, OfOneRoundHasNoInterval) {
  const MeanOfRounds mean = mean_of_rounds(Values{7}, 0.95);
  EXPECT_NEAR(mean.value, 7, 1e-12);
  EXPECT_FALSE(mean.low);
  EXPECT_FALSE(mean.high);
}

}  // namespace
}  // namespace ringside
