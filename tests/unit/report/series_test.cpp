#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/record/measurement.hpp"
#include "harness/report/analysis/bands.hpp"
#include "harness/report/analysis/percentile_axis.hpp"
#include "harness/report/analysis/slice_series.hpp"

namespace ringside {
namespace {

using testing::HasSubstr;

Histogram one_to(int most) {
  Histogram histogram;
  for (int ns = 1; ns <= most; ++ns) histogram.record(std::chrono::nanoseconds(ns));
  return histogram;
}

TEST(PercentileAxis, HalvesTheDistanceToTheEnd) {
  const std::vector<PercentilePoint> points = percentile_axis(one_to(1000));
  ASSERT_GT(points.size(), 11u);
  EXPECT_EQ(points[0].percentile, 0);
  EXPECT_EQ(points[0].ns, 1);
  EXPECT_DOUBLE_EQ(points[1].percentile, 10);
  EXPECT_EQ(points[1].ns, 100);
  EXPECT_DOUBLE_EQ(points[5].percentile, 50);
  EXPECT_DOUBLE_EQ(points[6].percentile, 55);
  EXPECT_DOUBLE_EQ(points[10].percentile, 75);
}

TEST(PercentileAxis, AgreesWithTheHistogram) {
  const Histogram histogram = one_to(50'000);
  for (const PercentilePoint& point : percentile_axis(histogram)) {
    EXPECT_EQ(point.ns, histogram.at_percentile(point.percentile).count()) << point.percentile;
  }
}

TEST(PercentileAxis, EndsWhereFewerThanTenLieBeyond) {
  EXPECT_TRUE(percentile_axis(Histogram()).empty());
  EXPECT_TRUE(percentile_axis(one_to(9)).empty());
  EXPECT_EQ(percentile_axis(one_to(10)).size(), 1u);
  const double last = percentile_axis(one_to(1000)).back().percentile;
  EXPECT_LE(last, 99);
  EXPECT_GT(last, 98);
}

/// Good rounds whose throughput is `ops` a second, and their slices' too.
class Rounds {
 public:
  explicit Rounds(const std::vector<double>& ops_per_s, std::size_t cycles = 4) {
    for (const double ops : ops_per_s) {
      Measurement trial;
      trial.elapsed_ns = 1'000'000'000;
      trial.ops = static_cast<std::uint64_t>(ops);
      trial.cpu = CpuUse{0, 0, 5000, 1};
      trial.slices.ops.assign(cycles, static_cast<std::uint64_t>(ops / 100));
      trial.slices.elapsed_ns.assign(cycles, 10'000'000);
      trial.slices.cpu_ns.assign(cycles, static_cast<std::int64_t>(ops / 100 * 5000));
      measurements_.push_back(std::move(trial));
    }
  }
  std::vector<Measurement>& measurements() { return measurements_; }
  RowTrials trials() const {
    RowTrials trials;
    int round = 1;
    for (const Measurement& trial : measurements_) trials.ok[round++] = &trial;
    trials.all = trials.ok;
    return trials;
  }

 private:
  std::vector<Measurement> measurements_;
};

TEST(Bands, AreStudentsOnTheLogarithms) {
  const Rounds rounds({100'000, 121'000, 100'000, 121'000});
  const Band band = bands_of(rounds.trials())[Metric::throughput];
  EXPECT_NEAR(*band.centre, 110'000, 1e-6);
  // t with three degrees of freedom at 97.5 % is 3.1824; each round is log(1.1) off.
  const double reach = 3.18245 * std::log(1.1) / std::sqrt(3);
  EXPECT_NEAR(std::log(*band.high / *band.centre), reach, 1e-4);
  EXPECT_NEAR(std::log(*band.centre / *band.low), reach, 1e-4);
  EXPECT_EQ(band.rounds, 4u);
  EXPECT_TRUE(band.reason.empty());
}

TEST(Bands, SayWhyThereIsNone) {
  const Rounds one({100'000});
  const Band band = bands_of(one.trials())[Metric::throughput];
  EXPECT_TRUE(band.centre);
  EXPECT_FALSE(band.low);
  EXPECT_THAT(band.reason, HasSubstr("1 round is too few for an interval: 4 are needed"));
  const Rounds two({100'000, 110'000});
  const Band latency = bands_of(two.trials())[Metric::latency_p99];
  EXPECT_FALSE(latency.centre);
  EXPECT_THAT(latency.reason, HasSubstr("no round"));
  EXPECT_FALSE(bands_of(two.trials())[Metric::throughput].low);
  const Rounds wild({100'000, 900'000, 100'000, 900'000});
  EXPECT_FALSE(bands_of(wild.trials())[Metric::throughput].low);
  EXPECT_THAT(bands_of(wild.trials())[Metric::throughput].reason, HasSubstr("differ too much"));
  const Rounds same({100'000, 100'000, 100'000, 100'000});
  EXPECT_THAT(bands_of(same.trials())[Metric::throughput].reason, HasSubstr("exactly the same"));
}

TEST(SliceSeries, HoldsEverySliceOfASmallRun) {
  const Rounds rounds({100'000, 200'000});
  const SliceSeries series = slice_series(rounds.trials(), cycles_per_point(8));
  EXPECT_EQ(series.cycles_per_point, 1u);
  ASSERT_EQ(series.rounds.size(), 2u);
  EXPECT_EQ(series.rounds[1].round, 2);
  ASSERT_EQ(series.rounds[1].points.size(), 4u);
  EXPECT_DOUBLE_EQ(*series.rounds[1].points[0].ops_per_s, 200'000);
  EXPECT_DOUBLE_EQ(*series.rounds[1].points[0].cpu_ns_per_op, 5000);
}

TEST(SliceSeries, AddsCyclesUpWhereThereAreMany) {
  EXPECT_EQ(cycles_per_point(12'000), 1u);
  EXPECT_EQ(cycles_per_point(120'000), 10u);
  Rounds rounds({100'000}, 5);
  rounds.measurements()[0].slices.ops[1] = 3000;
  const SliceSeries series = slice_series(rounds.trials(), 2);
  ASSERT_EQ(series.rounds[0].points.size(), 3u);
  EXPECT_DOUBLE_EQ(*series.rounds[0].points[0].ops_per_s, 200'000);
  EXPECT_DOUBLE_EQ(*series.rounds[0].points[0].cpu_ns_per_op, 2500);
  EXPECT_DOUBLE_EQ(*series.rounds[0].points[2].ops_per_s, 100'000);
}

TEST(SliceSeries, LeavesOutWhatWasNotMeasured) {
  Rounds rounds({100'000});
  rounds.measurements()[0].slices.ops[0] = 0;
  rounds.measurements()[0].slices.elapsed_ns[1] = 0;
  const auto points = slice_series(rounds.trials(), 1).rounds[0].points;
  EXPECT_FALSE(points[0].cpu_ns_per_op);
  EXPECT_EQ(points[0].ops_per_s, 0);
  EXPECT_FALSE(points[1].ops_per_s);
  const Rounds windows({100'000}, 0);
  EXPECT_TRUE(slice_series(windows.trials(), 1).rounds.empty());
}

}  // namespace
}  // namespace ringside
