#include "harness/trial/measured_cpu.hpp"

#include <gtest/gtest.h>

namespace ringside {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST(MeasuredCpu, LeavesOutWhatBothHave) {
  EXPECT_DOUBLE_EQ(measured_cpu_per_op({.cpu = 1100us, .ops = 105}, {.cpu = 100us, .ops = 5}),
                   10'000);
}

TEST(MeasuredCpu, IsThatOfTheWholeWhereLittleIsLeft) {
  EXPECT_DOUBLE_EQ(measured_cpu_per_op({.cpu = 90us, .ops = 9}, {.cpu = 10us, .ops = 5}), 10'000);
}

TEST(MeasuredCpu, IsNeverNegativeOrNothing) {
  for (const nanoseconds disturbed : {1000us, 1147us}) {
    EXPECT_DOUBLE_EQ(measured_cpu_per_op({.cpu = 1000us, .ops = 100}, {.cpu = disturbed, .ops = 5}),
                     10'000);
  }
}

TEST(MeasuredCpu, OfNothingIsNothing) {
  EXPECT_DOUBLE_EQ(measured_cpu_per_op({}, {}), 0);
}

}  // namespace
}  // namespace ringside
