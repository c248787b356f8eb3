#include "harness/report/stats/enough.hpp"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/stats/paired.hpp"

namespace ringside {
namespace {

using testing::HasSubstr;

/// Of rounds that differ by `sd`, in logs.
Estimate estimate_of(std::size_t rounds, double sd, double log_ratio = 0.2) {
  Estimate estimate;
  estimate.log_ratio = log_ratio;
  set_standard_error(estimate, sd / std::sqrt(static_cast<double>(rounds)),
                     static_cast<double>(rounds - 1));
  return estimate;
}

double half_width(const Estimate& estimate, double confidence) {
  const auto range = interval(estimate, confidence);
  return (range->high - range->low) / 2;
}

TEST(Enough, FourRoundsAreAndFewerSayHowManyAreNeeded) {
  EXPECT_FALSE(too_few_rounds(4));
  EXPECT_EQ(too_few_rounds(3)->reason, "3 rounds are too few for an interval: 4 are needed");
  EXPECT_EQ(too_few_rounds(1)->reason, "1 round is too few for an interval: 4 are needed");
  EXPECT_EQ(too_few_rounds(1)->rounds_needed, 4u);
}

TEST(Enough, TwoRunsNeedAsManyEach) {
  EXPECT_FALSE(too_few_rounds(4, 9));
  EXPECT_EQ(too_few_rounds(3, 9)->reason,
            "3 rounds of the base are too few for an interval: 4 are needed");
  EXPECT_EQ(too_few_rounds(9, 1)->reason,
            "1 round of the head is too few for an interval: 4 are needed");
  EXPECT_EQ(too_few_rounds(1, 2)->reason,
            "1 round of the base and 2 of the head are too few for an interval: 4 of each are "
            "needed");
}

// t(0.975; 3) = 3.182446; the ends differ by the factor 4 when it reaches log(4) / 2.
TEST(Enough, EndsMayDifferByAFactorOfFourAndNoMore) {
  const double sd_of_four = std::log(4.0) / 2 / 3.182446 * 2;
  EXPECT_FALSE(too_wide(estimate_of(4, sd_of_four * 0.999), 4, 0.95));
  EXPECT_TRUE(too_wide(estimate_of(4, sd_of_four * 1.001), 4, 0.95));
  EXPECT_TRUE(too_wide(estimate_of(4, sd_of_four * 0.999), 4, 0.96)) << "by its own confidence";
  EXPECT_TRUE(too_wide(estimate_of(4, sd_of_four * 1.001, 3.0), 4, 0.95)) << "wherever it lies";
}

TEST(Enough, WhatIsNeededIsTheFirstThatReachesATenth) {
  for (const double confidence : {0.95, 0.998}) {
    const Estimate seen = estimate_of(4, 0.5);
    const auto needed = too_wide(seen, 4, confidence);
    ASSERT_TRUE(needed);
    EXPECT_LE(half_width(estimate_of(needed->rounds_needed, 0.5), confidence), 0.1);
    EXPECT_GT(half_width(estimate_of(needed->rounds_needed - 1, 0.5), confidence), 0.1);
    EXPECT_THAT(needed->reason, HasSubstr("the rounds differ too much for an interval: about " +
                                          std::to_string(needed->rounds_needed) + " are needed"));
  }
  EXPECT_GT(too_wide(estimate_of(4, 0.5), 4, 0.998)->rounds_needed,
            too_wide(estimate_of(4, 0.5), 4, 0.95)->rounds_needed);
}

TEST(Enough, AThousandRoundsAreAsManyAsAreCounted) {
  const auto needed = too_wide(estimate_of(4, 2.0), 4, 0.95);
  EXPECT_EQ(needed->rounds_needed, most_rounds + 1);
  EXPECT_THAT(needed->reason, HasSubstr("more than 1,000 are needed"));
  // So many that differ so much are no fewer than there are.
  EXPECT_GT(rounds_for_a_tenth(estimate_of(2000, 100), 2000, 0.95), 2000u);
}

}  // namespace
}  // namespace ringside
