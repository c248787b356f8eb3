#include "harness/report/stats/paired.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace ringside {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Rounds = std::vector<std::vector<double>>;

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({5, 1, 3}), 3);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({-infinity, 1, 2}), 1);
  EXPECT_EQ(median({-infinity, -infinity}), -infinity);
  EXPECT_EQ(median({-infinity, 1}), -infinity);
}

// Round medians 0.01, 0.02, 0.03: mean 0.02, standard error 0.01/sqrt(3), t(0.975; 2) = 4.302653.
TEST(Paired, MatchesStudentsTableOnRoundMedians) {
  const PairedEstimate estimate = estimate_paired(Rounds{{0.01, 0.5, -0.5}, {0.02}, {0.03, 0.03}});
  EXPECT_EQ(estimate.rounds, 3u);
  EXPECT_NEAR(estimate.log_ratio, 0.02, 1e-15);
  EXPECT_NEAR(*estimate.standard_error, 0.01 / std::sqrt(3), 1e-15);
  EXPECT_NEAR(*estimate.p_value, 0.0741799, 1e-6);
  const auto range = interval(estimate, 0.95);
  EXPECT_NEAR(range->high - estimate.log_ratio, 4.302653 * 0.01 / std::sqrt(3), 1e-8);
  EXPECT_NEAR(range->high + range->low, 0.04, 1e-12);
}

TEST(Paired, TheIntervalLeavesZeroExactlyWhenPIsBelowItsLevel) {
  const PairedEstimate estimate = estimate_paired(Rounds{{0.01}, {0.02}, {0.03}});
  for (const double difference : {-1e-6, 1e-6}) {
    const double confidence = 1 - *estimate.p_value + difference;
    EXPECT_EQ(interval(estimate, confidence)->low > 0, difference < 0);
  }
}

TEST(Paired, OneRoundHasNoIntervalButAReason) {
  const PairedEstimate estimate = estimate_paired(Rounds{{0.1, 0.2, 0.3}});
  EXPECT_NEAR(estimate.log_ratio, 0.2, 1e-15);
  EXPECT_FALSE(estimate.standard_error);
  EXPECT_FALSE(estimate.p_value);
  EXPECT_FALSE(interval(estimate, 0.95));
  EXPECT_FALSE(smallest_visible_effect(estimate, 0.95));
  EXPECT_FALSE(estimate.reason.empty());
}

TEST(Paired, NothingAtAllHasAReason) {
  for (const Rounds& rounds : {Rounds{}, Rounds{{}}, Rounds{{-infinity, -infinity}}}) {
    const PairedEstimate estimate = estimate_paired(rounds);
    EXPECT_EQ(estimate.rounds, 0u);
    EXPECT_FALSE(estimate.reason.empty());
  }
}

TEST(Paired, AStalledSliceDoesNotMatterAStalledRoundIsLeftOut) {
  const Rounds rounds = {{0.1, 0.1, -infinity}, {0.2, infinity, 0.2}, {-infinity, -infinity, 0.1}};
  const PairedEstimate estimate = estimate_paired(rounds);
  EXPECT_EQ(estimate.rounds, 2u);
  EXPECT_NEAR(estimate.log_ratio, 0.15, 1e-15);
}

TEST(Paired, NoSpreadIsCertaintyOnlyOfNoDifference) {
  const PairedEstimate equal = estimate_paired(Rounds{{0}, {0}, {0}});
  EXPECT_EQ(*equal.p_value, 1);
  EXPECT_EQ(interval(equal, 0.95)->low, 0);
  const PairedEstimate shifted = estimate_paired(Rounds{{0.1}, {0.1}, {0.1}});
  EXPECT_FALSE(shifted.p_value);
  EXPECT_FALSE(shifted.reason.empty());
}

}  // namespace
}  // namespace ringside
