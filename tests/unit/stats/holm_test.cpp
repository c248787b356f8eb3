#include "harness/report/stats/holm.hpp"

#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/stats/paired.hpp"
#include "harness/report/stats/ranks.hpp"

namespace ringside {
namespace {

// The example of R's documentation: p.adjust(c(0.01, 0.02, 0.03, 0.04), "holm") and unordered ones.
TEST(Holm, AdjustsAsRDoes) {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
  const auto results = holm(p, 0.05);
  EXPECT_NEAR(results[0].p_adjusted, 0.03, 1e-15);
  EXPECT_NEAR(results[1].p_adjusted, 0.06, 1e-15);
  EXPECT_NEAR(results[2].p_adjusted, 0.06, 1e-15);
  EXPECT_NEAR(results[3].p_adjusted, 0.02, 1e-15);
}

TEST(Holm, StopsAtTheFirstThatIsNotRejectedAndKeepsItsLevel) {
  const std::vector<double> p = {0.04, 0.01, 0.03, 0.005};
  const auto results = holm(p, 0.05);
  EXPECT_TRUE(results[3].rejected);
  EXPECT_NEAR(results[3].confidence, 1 - 0.05 / 4, 1e-15);
  EXPECT_TRUE(results[1].rejected);
  EXPECT_NEAR(results[1].confidence, 1 - 0.05 / 3, 1e-15);
  EXPECT_FALSE(results[2].rejected);
  EXPECT_NEAR(results[2].confidence, 1 - 0.05 / 2, 1e-15);
  EXPECT_FALSE(results[0].rejected) << "0.04 alone would pass, but comes after one that did not";
  EXPECT_NEAR(results[0].confidence, 1 - 0.05 / 2, 1e-15);
}

TEST(Holm, OfNothingAndOfOne) {
  EXPECT_TRUE(holm({}, 0.05).empty());
  const std::vector<double> one = {0.049};
  EXPECT_TRUE(holm(one, 0.05)[0].rejected);
  EXPECT_NEAR(holm(one, 0.05)[0].confidence, 0.95, 1e-15);
}

TEST(Holm, TheDisplayedIntervalHoldsZeroExactlyWhenNotRejected) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> effect(0, 0.02);
  std::normal_distribution<double> spread(0, 0.01);
  for (int family = 0; family < 300; ++family) {
    std::vector<PairedEstimate> estimates;
    std::vector<double> p_values;
    for (int comparison = 0; comparison < 10; ++comparison) {
      const double truth = effect(random);
      std::vector<std::vector<double>> rounds(5);
      for (auto& cycles : rounds) cycles = {truth + spread(random)};
      estimates.push_back(estimate_paired(rounds));
      p_values.push_back(*estimates.back().p_value);
    }
    const auto results = holm(p_values, 0.05);
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto range = interval(estimates[i], results[i].confidence);
      EXPECT_EQ(range->low <= 0 && range->high >= 0, !results[i].rejected);
      EXPECT_EQ(results[i].p_adjusted < 0.05, results[i].rejected);
    }
  }
}

TEST(Ranks, CountWhoIsSignificantlyBetter) {
  // 0 beats 2 and 3, 1 beats 3: 0 and 1 share the first place, nobody is told from a neighbour.
  const std::vector<Win> wins = {{0, 2}, {0, 3}, {1, 3}};
  EXPECT_THAT(ranks(4, wins), testing::ElementsAre(1, 1, 2, 3));
  EXPECT_THAT(ranks(2, {}), testing::ElementsAre(1, 1));
  EXPECT_THAT(ranks(0, {}), testing::IsEmpty());
}

}  // namespace
}  // namespace ringside
