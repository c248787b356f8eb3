#include "harness/report/stats/unpaired.hpp"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ringside {
namespace {

using Values = std::vector<double>;
using Random = std::mt19937_64;

// The p value is that of a numerical integration of Student's density.
TEST(Unpaired, MatchesWelchsTest) {
  const Estimate estimate = estimate_unpaired({{0.01, 0.02, 0.03}}, {{0.03, 0.05, 0.08, 0.04}});
  EXPECT_NEAR(estimate.log_ratio, 0.03, 1e-15);
  const double base = 1e-4 / 3;
  const double head = 1.4e-3 / 3 / 4;
  EXPECT_NEAR(*estimate.standard_error, std::sqrt(base + head), 1e-15);
  EXPECT_NEAR(estimate.degrees_of_freedom,
              (base + head) * (base + head) / (base * base / 2 + head * head / 3), 1e-9);
  EXPECT_NEAR(*estimate.p_value, 0.0645287, 1e-6);
}

TEST(Unpaired, OneRoundOnASideHasARatioAndNoInterval) {
  const Estimate estimate = estimate_unpaired({{0.1}}, {{0.2, 0.3}});
  EXPECT_NEAR(estimate.log_ratio, 0.15, 1e-15);
  EXPECT_FALSE(estimate.standard_error);
  EXPECT_FALSE(interval(estimate, 0.95));
  EXPECT_FALSE(estimate.reason.empty());
}

TEST(Unpaired, RoundsWithoutAnySpread) {
  const Estimate equal = estimate_unpaired({{1, 1, 1}}, {{1, 1}});
  EXPECT_EQ(*equal.p_value, 1.0);
  const Estimate shifted = estimate_unpaired({{1, 1, 1}}, {{1.1, 1.1}});
  EXPECT_FALSE(shifted.p_value);
  EXPECT_FALSE(shifted.reason.empty());
}

TEST(Unpaired, OneSideWithoutSpreadLeavesTheOthersDegreesOfFreedom) {
  const Estimate estimate = estimate_unpaired({{1, 1, 1, 1}}, {{1.1, 1.2, 1.3}});
  EXPECT_NEAR(estimate.degrees_of_freedom, 2, 1e-9);
}

// System calls per message do not vary: 2 in every round, then 3, is as sure as a change can be.
TEST(Unpaired, WhatIsReadInStepsIsAsSureAsTheStep) {
  constexpr double step = 1e-3;
  const Estimate changed = estimate_unpaired({{1, 1, 1}, step}, {{1.1, 1.1}, step});
  ASSERT_TRUE(changed.p_value);
  EXPECT_LT(*changed.p_value, 1e-4);
  EXPECT_NEAR(*changed.standard_error, step / std::sqrt(6), 1e-12);
  const Estimate equal = estimate_unpaired({{1, 1, 1}, step}, {{1, 1}, step});
  EXPECT_EQ(*equal.p_value, 1.0);
  EXPECT_GT(*smallest_visible_effect(equal, 0.95), step);
}

// Rounds that all lie in one step say nothing of where in it.
TEST(Unpaired, ManyRoundsDoNotSeeWithinAStep) {
  constexpr double step = 0.01;
  const std::vector<double> low(1000, 1.0);
  const std::vector<double> next(1000, 1.0 + step / 2);
  EXPECT_GT(*estimate_unpaired({low, step}, {next, step}).p_value, 0.05);
}

Values normal(Random& random, std::size_t count, double middle, double sd) {
  std::normal_distribution<double> distribution(middle, sd);
  Values values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

// As two runs differ: in their number of rounds, and in how quiet the machine was.
TEST(Unpaired, TheIntervalHoldsTheTruthAsOftenAsItSays) {
  struct Shape {
    std::size_t base_rounds, head_rounds;
    double base_sd, head_sd;
  };
  constexpr double truth = 0.02;
  constexpr int replications = 4000;
  for (const Shape& shape : {Shape{10, 10, 0.03, 0.03}, Shape{10, 10, 0.01, 0.08},
                             Shape{5, 20, 0.03, 0.03}, Shape{5, 20, 0.08, 0.01}}) {
    Random random(5);
    int held = 0;
    for (int i = 0; i < replications; ++i) {
      const Values base = normal(random, shape.base_rounds, 0, shape.base_sd);
      const Values head = normal(random, shape.head_rounds, truth, shape.head_sd);
      const auto range = interval(estimate_unpaired({base}, {head}), 0.95);
      held += range->low <= truth && truth <= range->high ? 1 : 0;
    }
    EXPECT_NEAR(held / double{replications}, 0.95, 0.015)
        << shape.base_rounds << " rounds against " << shape.head_rounds;
  }
}

}  // namespace
}  // namespace ringside
