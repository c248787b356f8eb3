#include "harness/report/analysis/units.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace ringside {
namespace {

TEST(Units, AreChosenForAWholeColumn) {
  EXPECT_EQ(unit_for({900, 1500, 20'000}, time_units).name, "µs");
  EXPECT_EQ(unit_for({}, time_units).name, "ns");
  EXPECT_EQ(unit_for({0, -1}, time_units).name, "ns");
  EXPECT_EQ(unit_for({152'000}, count_units).name, "k");
  EXPECT_EQ(unit_for({3 << 20}, byte_units).name, "MiB");
}

TEST(Units, KeepSignificantDigits) {
  EXPECT_EQ(significant(152.03, 4), "152.0");
  EXPECT_EQ(significant(5.2999, 3), "5.30");
  EXPECT_EQ(significant(1234567, 3), "1234567");
  EXPECT_EQ(significant(0.000012, 3), "0.0000") << "at most four decimals";
  EXPECT_EQ(significant(0, 3), "0");
  EXPECT_EQ(significant(INFINITY, 3), "∞");
}

TEST(Units, SayRatiosAsPeopleDo) {
  EXPECT_EQ(as_difference(1.052), "+5.2 %");
  EXPECT_EQ(as_difference(0.943), "-5.7 %");
  EXPECT_EQ(as_difference(1), "+0.0 %");
  EXPECT_EQ(as_difference(1.00012), "+0.012 %");
  EXPECT_EQ(as_difference(3.14), "3.1 times");
  EXPECT_EQ(as_difference(0.25), "0.25 times");
  EXPECT_EQ(ratio_text(0.9981), "0.998");
  EXPECT_EQ(ratio_text(23.456), "23.5");
}

TEST(Units, DescribeParametersWithTheirUnits) {
  EXPECT_EQ(describe_param("payload_bytes", 4096), "payload 4 KiB");
  EXPECT_EQ(describe_param("payload_bytes", 128), "payload 128 B");
  EXPECT_EQ(describe_param("delay_ns", 1'500'000), "delay 1.5 ms");
  EXPECT_EQ(describe_param("connections", 64), "connections 64");
  EXPECT_EQ(describe_param("arrival", "closed"), "arrival closed");
}

}  // namespace
}  // namespace ringside
