#include "base/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ringside {
namespace {

using std::chrono::nanoseconds;

std::vector<std::int64_t> latencies(std::size_t count, double sigma, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> latency(std::log(20'000.0), sigma);
  std::vector<std::int64_t> values(count);
  std::ranges::generate(values, [&] { return static_cast<std::int64_t>(latency(random)); });
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values) histogram.record(nanoseconds(value));
  return histogram;
}

TEST(Histogram, PercentilesAreThoseOfTheSortedDataUpToTheBucketWidth) {
  for (const double sigma : {0.1, 1.0, 4.0}) {
    std::vector<std::int64_t> values = latencies(50'000, sigma, 1);
    const Histogram histogram = histogram_of(values);
    std::ranges::sort(values);
    for (const double percentile : {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
      const double rank = std::ceil(percentile / 100.0 * static_cast<double>(values.size()));
      const auto exact =
          static_cast<double>(values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1]);
      const auto found = static_cast<double>(histogram.at_percentile(percentile).count());
      if (exact > 6e10) continue;
      EXPECT_GE(found, exact) << percentile << " of sigma " << sigma;
      EXPECT_LE(found, exact * (1 + 1.0 / 1024) + 1) << percentile << " of sigma " << sigma;
    }
  }
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (int value = 0; value < 2048; ++value) histogram.record(nanoseconds(value));
  EXPECT_EQ(histogram.at_percentile(50).count(), 1023);
  EXPECT_EQ(histogram.min().count(), 0);
  EXPECT_EQ(histogram.max().count(), 2047);
}

TEST(Histogram, EveryBucketHoldsItsOwnBounds) {
  for (std::int64_t value = 1; value < Histogram::highest_ns; value = value * 3 / 2 + 1) {
    Histogram histogram;
    histogram.record(nanoseconds(value));
    const auto counts = histogram.counts();
    const auto index =
        static_cast<std::size_t>(std::ranges::find(counts, std::uint64_t{1}) - counts.begin());
    ASSERT_LT(index, counts.size());
    EXPECT_LE(Histogram::lowest_at(index), value);
    EXPECT_GE(Histogram::highest_at(index), value);
    const std::int64_t width = Histogram::highest_at(index) - Histogram::lowest_at(index);
    EXPECT_LE(width, value / 1024);
  }
}

TEST(Histogram, SubtractingAPartLeavesTheRest) {
  const auto first = latencies(10'000, 1.0, 2);
  const auto second = latencies(3'000, 2.0, 3);
  Histogram whole = histogram_of(first);
  whole.merge(histogram_of(second));
  whole.subtract(histogram_of(second));
  const Histogram rest = histogram_of(first);
  EXPECT_EQ(whole.count(), rest.count());
  EXPECT_EQ(whole.mean(), rest.mean());
  for (const double percentile : {1.0, 50.0, 99.0}) {
    EXPECT_EQ(whole.at_percentile(percentile), rest.at_percentile(percentile));
  }
  const auto same_bucket = [](nanoseconds one, nanoseconds other) {
    return std::abs(static_cast<double>((one - other).count())) <=
           static_cast<double>(other.count()) / 1024 + 1;
  };
  EXPECT_TRUE(same_bucket(whole.min(), rest.min())) << whole.min() << rest.min();
  EXPECT_TRUE(same_bucket(whole.max(), rest.max())) << whole.max() << rest.max();

  whole.subtract(rest);
  EXPECT_EQ(whole.count(), 0u);
  EXPECT_EQ(whole.min(), nanoseconds(0));
  EXPECT_EQ(whole.max(), nanoseconds(0));
}

TEST(Histogram, SubtractingKeepsATimeThatIsLongerThanAllBuckets) {
  Histogram whole = histogram_of({5, 2 * Histogram::highest_ns});
  whole.subtract(histogram_of({5}));
  EXPECT_EQ(whole.count(), 1u);
  EXPECT_EQ(whole.max(), nanoseconds(2 * Histogram::highest_ns));
}

TEST(Histogram, SubtractingMoreThanThereIsLeavesNothing) {
  Histogram whole = histogram_of({5, 7});
  whole.subtract(histogram_of({5, 5, 5, 9, 9, 100'000}));
  EXPECT_EQ(whole.count(), 1u);
  EXPECT_EQ(whole.at_percentile(50), nanoseconds(7));
}

TEST(Histogram, MergingIsRecordingEverythingInOne) {
  const auto first = latencies(10'000, 1.0, 2);
  const auto second = latencies(3'000, 2.0, 3);
  std::vector<std::int64_t> both = first;
  both.insert(both.end(), second.begin(), second.end());
  Histogram merged = histogram_of(first);
  merged.merge(histogram_of(second));
  const Histogram whole = histogram_of(both);
  EXPECT_TRUE(std::ranges::equal(merged.counts(), whole.counts()));
  EXPECT_EQ(merged.count(), whole.count());
  EXPECT_EQ(merged.min(), whole.min());
  EXPECT_EQ(merged.max(), whole.max());
  EXPECT_EQ(merged.mean(), whole.mean());
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  Histogram histogram = histogram_of({5, 7});
  histogram.merge(Histogram());
  EXPECT_EQ(histogram.min().count(), 5);
  EXPECT_EQ(histogram.max().count(), 7);
  Histogram empty;
  empty.merge(histogram);
  EXPECT_EQ(empty.min().count(), 5);
}

TEST(Histogram, APercentileNeedsTenSamplesBeyondIt) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.record(nanoseconds(100));
  EXPECT_TRUE(histogram.supported_percentile(50));
  EXPECT_FALSE(histogram.supported_percentile(99));
  histogram.record(nanoseconds(100));
  EXPECT_TRUE(histogram.supported_percentile(99));
  EXPECT_FALSE(histogram.supported_percentile(99.9));
}

TEST(Histogram, AnEmptyOneHasNoPercentileAndZeroesOtherwise) {
  const Histogram histogram;
  EXPECT_FALSE(histogram.supported_percentile(50));
  EXPECT_EQ(histogram.at_percentile(50).count(), 0);
  EXPECT_EQ(histogram.min().count(), 0);
  EXPECT_EQ(histogram.mean().count(), 0);
}

TEST(Histogram, ValuesOutOfRangeAreCountedAtItsEnds) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  histogram.record(std::chrono::hours(1));
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.min().count(), 0);
  EXPECT_EQ(histogram.max(), std::chrono::hours(1));
  EXPECT_GE(histogram.at_percentile(100), std::chrono::seconds(60));
}

TEST(Histogram, ClearingMakesItNew) {
  Histogram histogram = histogram_of({1, 1'000'000});
  histogram.clear();
  EXPECT_EQ(histogram.count(), 0u);
  histogram.record(nanoseconds(9));
  EXPECT_EQ(histogram.at_percentile(50).count(), 9);
  EXPECT_EQ(histogram.min().count(), 9);
}

TEST(Histogram, IsRebuiltFromItsCounts) {
  const Histogram histogram = histogram_of(latencies(20'000, 1.5, 4));
  const Histogram rebuilt = Histogram::from_counts(histogram.counts());
  EXPECT_TRUE(std::ranges::equal(histogram.counts(), rebuilt.counts()));
  const auto near = [](nanoseconds left, nanoseconds right) {
    return std::abs(static_cast<double>(left.count() - right.count())) <=
           static_cast<double>(right.count()) / 1024 + 1;
  };
  EXPECT_TRUE(near(rebuilt.mean(), histogram.mean()));
  EXPECT_TRUE(near(rebuilt.min(), histogram.min()));
  EXPECT_TRUE(near(rebuilt.max(), histogram.max()));
}

}  // namespace
}  // namespace ringside
