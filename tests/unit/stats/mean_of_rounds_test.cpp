#include "harness/report/stats/mean_of_rounds.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ringside {
namespace {

using Values = std::vector<double>;

TEST(MeanOfRounds, IsGeometricWithAnIntervalOfLogs) {
  const MeanOfRounds mean = mean_of_rounds(Values{160, 250, 160, 250}, 0.95);
  EXPECT_NEAR(mean.value, 200, 1e-9);
  EXPECT_NEAR(*mean.low * *mean.high, 200.0 * 200, 1e-6);
}

TEST(MeanOfRounds, OfFewerThanFourRoundsHasNoInterval) {
  const MeanOfRounds mean = mean_of_rounds(Values{199, 200, 201}, 0.95);
  EXPECT_NEAR(mean.value, 200, 0.01);
  EXPECT_FALSE(mean.low);
  EXPECT_FALSE(mean.high);
  EXPECT_TRUE(mean_of_rounds(Values{199, 200, 201, 200}, 0.95).low);
}

TEST(MeanOfRounds, OfRoundsThatDifferTooMuchHasNoInterval) {
  const MeanOfRounds mean = mean_of_rounds(Values{100, 400, 100, 400}, 0.95);
  EXPECT_NEAR(mean.value, 200, 1e-9);
  EXPECT_FALSE(mean.low);
}

TEST(MeanOfRounds, WithAZeroIsArithmetic) {
  const MeanOfRounds mean = mean_of_rounds(Values{0, 0, 0, 0.4}, 0.95);
  EXPECT_NEAR(mean.value, 0.1, 1e-12);
  EXPECT_FALSE(mean.low) << "an interval from 0 on is as wide as can be";
  Values values(50, 0.1);
  values[0] = 0;
  const MeanOfRounds sure = mean_of_rounds(values, 0.95);
  EXPECT_NEAR(sure.value, 0.098, 1e-12);
  EXPECT_NEAR(*sure.low + *sure.high, 2 * 0.098, 1e-12);
  const MeanOfRounds zero = mean_of_rounds(Values{0, 0, 0, 0}, 0.95);
  EXPECT_EQ(zero.value, 0);
  EXPECT_EQ(*zero.high, 0);
}

TEST(MeanOfRounds, OfOneRoundHasNoInterval) {
  const MeanOfRounds mean = mean_of_rounds(Values{7}, 0.95);
  EXPECT_NEAR(mean.value, 7, 1e-12);
  EXPECT_FALSE(mean.low);
  EXPECT_FALSE(mean.high);
}

}  // namespace
}  // namespace ringside
