#include "harness/report/gate/gate_rounds.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ringside {
namespace {

Measurement side(double cpu_ns_per_op, std::uint64_t ops = 1000) {
  Measurement trial;
  trial.cpu = CpuUse{.total_ns_per_op = cpu_ns_per_op};
  for (int cycle = 0; cycle < 3; ++cycle) {
    trial.slices.order.push_back(0);
    trial.slices.ops.push_back(ops);
    trial.slices.elapsed_ns.push_back(1'000'000);
    trial.slices.cpu_ns.push_back(static_cast<std::int64_t>(cpu_ns_per_op * double(ops)));
  }
  trial.ops = 3 * ops;
  trial.elapsed_ns = 3'000'000;
  return trial;
}

TEST(GateRounds, MoreCpuIsSlower) {
  GateRounds rounds(Metric::cpu_per_op);
  rounds.add({.base = side(1000), .control = side(1000), .head = side(1100)});
  rounds.add({.base = side(1000), .control = side(1010), .head = side(1100)});
  EXPECT_EQ(rounds.count(), 2);
  const Evidence evidence = rounds.evidence();
  EXPECT_NEAR(evidence.control.log_ratio, std::log(1.01) / 2, 1e-9);
  // Against both copies of the base, half each.
  EXPECT_NEAR(evidence.slowdown.log_ratio, std::log(1.1) - std::log(1.01) / 4, 1e-9);
}

TEST(GateRounds, LessThroughputIsSlower) {
  GateRounds rounds(Metric::throughput);
  rounds.add({.base = side(1, 1000), .control = side(1, 1000), .head = side(1, 900)});
  EXPECT_NEAR(rounds.evidence().slowdown.log_ratio, std::log(1000.0 / 900), 1e-9);
}

TEST(GateRounds, AnotherRunAsBaseIsComparedUnpaired) {
  const std::vector<double> base = {std::log(1000), std::log(1010), std::log(990)};
  GateRounds rounds(Metric::cpu_per_op, base);
  for (const double cpu : {1090.0, 1100.0, 1110.0}) {
    rounds.add({.base = std::nullopt, .control = side(cpu), .head = side(cpu)});
  }
  EXPECT_EQ(rounds.count(), 3);
  const Evidence evidence = rounds.evidence();
  EXPECT_NEAR(evidence.slowdown.log_ratio, std::log(1.1), 1e-4);
  EXPECT_GT(*evidence.slowdown.standard_error, 0.001);
  EXPECT_EQ(evidence.control.log_ratio, 0);
}

TEST(GateRounds, AnotherRunsThroughputIsTheOtherWayRound) {
  // 1000 operations in a millisecond.
  const std::vector<double> base = {std::log(1.10e6), std::log(1.11e6), std::log(1.09e6)};
  GateRounds rounds(Metric::throughput, base);
  for (const unsigned ops : {990u, 1000u, 1010u}) {
    rounds.add({.base = std::nullopt, .control = side(1, ops), .head = side(1, ops)});
  }
  EXPECT_NEAR(rounds.evidence().slowdown.log_ratio, std::log(1.1), 1e-3);
}

TEST(GateRounds, ARoundWithoutFiguresCountsForNothing) {
  GateRounds rounds(Metric::cpu_per_op);
  rounds.add({.base = side(1000), .control = side(1000), .head = side(1100, 0)});
  Measurement unknown = side(1000);
  unknown.cpu = Measured<CpuUse>::unknown("no clock");
  rounds.add({.base = side(1000), .control = unknown, .head = side(1100)});
  EXPECT_EQ(rounds.count(), 0);
}

TEST(GateRounds, SaturatedThroughputIsNoEvidence) {
  GateRounds rounds(Metric::throughput);
  Measurement head = side(1, 900);
  head.generator = GeneratorUse{.saturated = true};
  for (int i = 0; i < 3; ++i) {
    rounds.add({.base = side(1, 1000u + unsigned(i)), .control = side(1, 1000), .head = head});
  }
  EXPECT_TRUE(rounds.saturated());
  EXPECT_FALSE(rounds.evidence().slowdown.standard_error);
}

}  // namespace
}  // namespace ringside
