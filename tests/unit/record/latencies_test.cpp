#include "harness/record/latencies.hpp"

#include <gmock/gmock.h>

namespace ringside {
namespace {

using std::chrono::nanoseconds;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

/// 1 us, 2 us, … times `scale`.
Histogram ramp(int count, int scale = 1) {
  Histogram times;
  for (int i = 1; i <= count; ++i) times.record(nanoseconds(1000 * i * scale));
  return times;
}

TEST(Latencies, OfWholeWindowsShowAllThatHasSamples) {
  const Latencies times = ramp(20'000);
  EXPECT_TRUE(times.percentile(99.9));
  EXPECT_FALSE(times.percentile(99.99));
  EXPECT_THAT(times.percentile(99.99).reason, HasSubstr("fewer than 10 samples"));
  EXPECT_EQ(*times.max(), 20ms);
}

TEST(Latencies, OfSlicesShowNoFarTail) {
  Latencies times = ramp(20'000);
  times.taken_in_slices(std::nullopt);
  EXPECT_TRUE(times.percentile(50));
  EXPECT_FALSE(times.percentile(90));
  EXPECT_FALSE(times.percentile(99));
  EXPECT_THAT(times.percentile(99).reason, HasSubstr("no whole window"));
  EXPECT_FALSE(times.max());
}

TEST(Latencies, OfSlicesTakeTheFarTailFromWholeWindows) {
  Latencies times = ramp(20'000);
  times.taken_in_slices(StoredHistogram(ramp(20'000, 3)));
  EXPECT_NEAR(static_cast<double>(times.percentile(50)->count()), 10e6, 2e4);
  EXPECT_NEAR(static_cast<double>(times.percentile(90)->count()), 54e6, 9e4);
  EXPECT_NEAR(static_cast<double>(times.percentile(99.9)->count()), 59.94e6, 9e4);
  EXPECT_EQ(*times.max(), 60ms);
}

TEST(Latencies, OfOneKindAreThoseOfWholeWindows) {
  Latencies times = ramp(20'000);
  EXPECT_EQ(times.of_one_kind().percentile(50)->count(), times.percentile(50)->count());
  times.taken_in_slices(std::nullopt);
  EXPECT_TRUE(times.of_one_kind().percentile(50)) << "there are only these";
  EXPECT_FALSE(times.of_one_kind().percentile(90));
  times.taken_in_slices(StoredHistogram(ramp(20'000, 3)));
  times.followed_for(20ms, 55ms);
  const Latencies whole = times.of_one_kind();
  EXPECT_NEAR(static_cast<double>(whole.percentile(50)->count()), 30e6, 4e4);
  EXPECT_FALSE(whole.percentile(99)) << "the windows were 55 ms long";
}

TEST(Latencies, DoNotTellWhatIsLongerThanTheyWereFollowed) {
  Latencies times = ramp(20'000);  // of whole windows
  times.followed_for(15ms, nanoseconds::max());
  EXPECT_TRUE(times.percentile(50)) << "10 ms";
  EXPECT_FALSE(times.percentile(99)) << "19.8 ms";
  EXPECT_THAT(times.percentile(99).reason, HasSubstr("the windows of 15 ms are too short"));
}

TEST(Latencies, AreAddedUpOverRounds) {
  Latencies one = ramp(20'000);
  Latencies other = ramp(20'000, 2);
  one.taken_in_slices(StoredHistogram(ramp(10'000)));
  one.followed_for(20ms, 250ms);
  other.taken_in_slices(std::nullopt);
  other.followed_for(30ms, 250ms);
  const Latencies* const rounds[] = {&one, &other};
  const Latencies whole = Latencies::merged(rounds);
  EXPECT_EQ(whole.count(), 40'000u);
  EXPECT_TRUE(whole.in_slices());
  EXPECT_EQ(whole.windows()->count(), 10'000u) << "one of them had an audit";
  EXPECT_TRUE(whole.percentile(90)) << "of the whole windows";
  one.followed_for(10ms, 250ms);
  EXPECT_FALSE(Latencies::merged(rounds).percentile(50)) << "13 ms, where one was followed for 10";
}

TEST(Latencies, OfNothingSayThat) {
  EXPECT_EQ(Latencies().percentile(50).reason, "no operations");
  EXPECT_EQ(Latencies().max().reason, "no operations");
}

}  // namespace
}  // namespace ringside
