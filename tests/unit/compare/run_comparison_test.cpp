#include "harness/report/compare/run_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/compared_run.hpp"

namespace ringside {
namespace {

using testing::Contains;
using testing::HasSubstr;
using Random = std::mt19937_64;

/// A backend that does not exist, with the figures it would have.
struct Model {
  std::string backend = "epoll";
  double ops_per_s = 150e3;
  double cpu_ns = 5000;
  double syscalls = 2;
  int connections = 64;
};

Measurement trial_of(Random& random, const Model& model, int round, double shared = 0) {
  std::normal_distribution<double> noise(shared, 0.01);
  Measurement trial;
  trial.round = round;
  trial.scenario = "echo";
  trial.backend = model.backend;
  trial.params = {{"connections", model.connections}};
  trial.elapsed_ns = 1'000'000'000;
  trial.ops = static_cast<std::uint64_t>(model.ops_per_s * std::exp(noise(random)));
  trial.cpu = CpuUse{.total_ns_per_op = model.cpu_ns * std::exp(noise(random))};
  trial.syscalls = SystemCalls{.per_op = model.syscalls, .source = "test"};
  trial.generator = GeneratorUse{};
  return trial;
}

ComparedRun run_of(std::uint64_t seed, const std::vector<Model>& models, int rounds = 10) {
  Random random(seed);
  ComparedRun run;
  run.name = "run " + std::to_string(seed);
  for (int round = 1; round <= rounds; ++round) {
    for (const Model& model : models) run.trials.push_back(trial_of(random, model, round));
  }
  return run;
}

const FigureComparison& figure(const RunComparison& comparison, std::size_t row,
                               std::string_view metric) {
  for (const FigureComparison& one : comparison.rows.at(row).figures) {
    if (one.metric->name == metric) return one;
  }
  throw std::out_of_range("no such metric");
}

TEST(RunComparison, FindsWhatChangedAndWhichWay) {
  const RunComparison comparison = compare_runs(
      run_of(1, {{.backend = "a"}, {.backend = "b"}}),
      run_of(2, {{.backend = "a", .cpu_ns = 5500}, {.backend = "b", .ops_per_s = 180e3}}));
  EXPECT_EQ(verdict_of(figure(comparison, 0, "cpu_ns_per_op")), Verdict::worse);
  EXPECT_NEAR(*figure(comparison, 0, "cpu_ns_per_op").ratio, 1.1, 0.02);
  EXPECT_EQ(verdict_of(figure(comparison, 1, "cpu_ns_per_op")), Verdict::not_told_apart);
  EXPECT_EQ(verdict_of(figure(comparison, 1, "throughput_ops_per_s")), Verdict::better);
}

TEST(RunComparison, SidesAreGeometricMeansOfRounds) {
  ComparedRun base = run_of(1, {{}}, 2);
  base.trials[0].cpu.value->total_ns_per_op = 100;
  base.trials[1].cpu.value->total_ns_per_op = 400;
  const RunComparison comparison = compare_runs(base, run_of(2, {{}}));
  EXPECT_NEAR(*figure(comparison, 0, "cpu_ns_per_op").base.value, 200, 1e-9);
}

TEST(RunComparison, ASaturatedSideIsABoundAndNoVerdict) {
  ComparedRun head = run_of(2, {{.ops_per_s = 300e3}});
  head.trials[3].generator.value->saturated = true;
  const RunComparison comparison = compare_runs(run_of(1, {{}}), head);
  const FigureComparison& throughput = figure(comparison, 0, "throughput_ops_per_s");
  EXPECT_TRUE(throughput.head.is_lower_bound);
  EXPECT_FALSE(throughput.base.is_lower_bound);
  EXPECT_EQ(verdict_of(throughput), Verdict::unknown);
  EXPECT_THAT(throughput.reason, HasSubstr("lower bound"));
  EXPECT_NE(verdict_of(figure(comparison, 0, "cpu_ns_per_op")), Verdict::unknown);
}

TEST(RunComparison, RowsOfOneSideAreListed) {
  const RunComparison comparison =
      compare_runs(run_of(1, {{.backend = "a"}, {.backend = "b"}}),
                   run_of(2, {{.backend = "a"}, {.backend = "a", .connections = 1}}));
  EXPECT_EQ(comparison.rows.size(), 1u);
  ASSERT_EQ(comparison.only_in_base.size(), 1u);
  EXPECT_EQ(comparison.only_in_base[0].backend, "b");
  ASSERT_EQ(comparison.only_in_head.size(), 1u);
  EXPECT_EQ(comparison.only_in_head[0].params, Json({{"connections", 1}}));
}

TEST(RunComparison, WhatFailedHasAReasonAndControlsAreInNoRow) {
  ComparedRun base = run_of(1, {{}});
  for (Measurement& trial : base.trials) {
    trial.status = Status::failed;
    trial.reason = "killed";
  }
  ComparedRun head = run_of(2, {{}});
  Measurement control = head.trials.front();
  control.control = true;
  control.cpu = CpuUse{.total_ns_per_op = 1e9};
  head.trials.insert(head.trials.begin(), control);
  const RunComparison comparison = compare_runs(base, head);
  ASSERT_EQ(comparison.rows.size(), 1u);
  EXPECT_THAT(figure(comparison, 0, "cpu_ns_per_op").reason, HasSubstr("base: killed"));
  EXPECT_FALSE(figure(comparison, 0, "cpu_ns_per_op").ratio);
  EXPECT_LT(*figure(comparison, 0, "cpu_ns_per_op").head.value, 6000);
}

TEST(RunComparison, ZeroAndMissingFiguresAreReasonsAndNoRatio) {
  ComparedRun head = run_of(2, {{}});
  for (Measurement& trial : head.trials) {
    trial.ops = 0;
    trial.cpu = Measured<CpuUse>::unknown("no clock");
  }
  const RunComparison comparison = compare_runs(run_of(1, {{}}), head);
  for (const char* metric : {"throughput_ops_per_s", "cpu_ns_per_op", "latency_p99_ns"}) {
    EXPECT_FALSE(figure(comparison, 0, metric).ratio) << metric;
    EXPECT_FALSE(figure(comparison, 0, metric).reason.empty()) << metric;
  }
}

TEST(RunComparison, OneMoreSystemCallInEveryRoundIsAChange) {
  const RunComparison comparison = compare_runs(run_of(1, {{}}), run_of(2, {{.syscalls = 3}}));
  const FigureComparison& calls = figure(comparison, 0, "syscalls_per_op");
  EXPECT_EQ(verdict_of(calls), Verdict::worse);
  EXPECT_NEAR(*calls.low, 1.5, 1e-4);
  const RunComparison same = compare_runs(run_of(1, {{}}), run_of(2, {{}}));
  EXPECT_EQ(verdict_of(figure(same, 0, "syscalls_per_op")), Verdict::not_told_apart);
  EXPECT_GT(*figure(same, 0, "syscalls_per_op").smallest_visible_ratio, 1);
}

// Left out, it would make the mean of the others too high.
TEST(RunComparison, ARoundOfZeroIsInTheMeanAndLeavesNoRatio) {
  ComparedRun base = run_of(1, {{}}, 2);
  base.trials[0].context_switches = ContextSwitches{.per_op = 0, .source = "test"};
  base.trials[1].context_switches = ContextSwitches{.per_op = 0.4, .source = "test"};
  ComparedRun head = run_of(2, {{}}, 2);
  for (Measurement& trial : head.trials) {
    trial.context_switches = ContextSwitches{.per_op = 0.1, .source = "test"};
  }
  const RunComparison comparison = compare_runs(base, head);
  const FigureComparison& switches = figure(comparison, 0, "context_switches_per_op");
  EXPECT_NEAR(*switches.base.value, 0.2, 1e-12);
  EXPECT_FALSE(switches.ratio);
  EXPECT_EQ(verdict_of(switches), Verdict::unknown);
  EXPECT_THAT(switches.reason, HasSubstr("0 in 1 of 2 rounds of the base"));
}

void expect_no_verdict(const FigureComparison& figure) {
  EXPECT_TRUE(figure.ratio) << "the estimate stands";
  EXPECT_FALSE(figure.low || figure.high || figure.confidence || figure.p_adjusted);
  EXPECT_FALSE(figure.smallest_visible_ratio);
  EXPECT_EQ(verdict_of(figure), Verdict::unknown);
}

TEST(RunComparison, FewerThanFourRoundsOfEitherSideHaveNoVerdict) {
  const RunComparison comparison =
      compare_runs(run_of(1, {{}}, 3), run_of(2, {{.cpu_ns = 50'000}}, 10));
  const FigureComparison& cpu = figure(comparison, 0, "cpu_ns_per_op");
  expect_no_verdict(cpu);
  EXPECT_EQ(cpu.reason, "3 rounds of the base are too few for an interval: 4 are needed");
  EXPECT_FALSE(cpu.base.reach);
  EXPECT_TRUE(cpu.head.reach);
  const RunComparison enough = compare_runs(run_of(1, {{}}, 4), run_of(2, {{.cpu_ns = 50'000}}, 4));
  EXPECT_EQ(verdict_of(figure(enough, 0, "cpu_ns_per_op")), Verdict::worse);
}

TEST(RunComparison, RoundsThatDifferTooMuchHaveNoVerdict) {
  ComparedRun head = run_of(2, {{}, {.backend = "b"}});
  for (Measurement& trial : head.trials) {
    if (trial.backend == "b" && trial.round % 2 == 0) trial.cpu.value->total_ns_per_op *= 30;
  }
  const RunComparison comparison = compare_runs(run_of(1, {{}, {.backend = "b"}}), head);
  expect_no_verdict(figure(comparison, 1, "cpu_ns_per_op"));
  EXPECT_THAT(figure(comparison, 1, "cpu_ns_per_op").reason,
              HasSubstr("the rounds differ too much for an interval: "));
  EXPECT_EQ(verdict_of(figure(comparison, 0, "cpu_ns_per_op")), Verdict::not_told_apart);
}

TEST(RunComparison, GeometricMeansAreNoSurerThanTheRoundsAllow) {
  const std::vector<Model> models = {{.backend = "a"}, {.backend = "b"}};
  const GeometricMean few =
      compare_runs(run_of(1, models, 3), run_of(2, models, 3)).geometric_means.at(1);
  EXPECT_TRUE(few.ratio);
  EXPECT_FALSE(few.low);
  EXPECT_THAT(few.reason, HasSubstr("4 of each are needed"));
  ComparedRun wild = run_of(2, models);
  for (Measurement& trial : wild.trials) {
    if (trial.round % 2 == 0) trial.cpu.value->total_ns_per_op *= 30;
  }
  const GeometricMean wide = compare_runs(run_of(1, models), wild).geometric_means.at(1);
  EXPECT_TRUE(wide.ratio);
  EXPECT_FALSE(wide.low);
  EXPECT_THAT(wide.reason, HasSubstr("differ too much"));
}

TEST(RunComparison, TheOrderOfParametersDoesNotMatter) {
  ComparedRun base = run_of(1, {{}});
  ComparedRun head = run_of(2, {{}});
  for (Measurement& trial : base.trials) trial.params = {{"connections", 1}, {"threads", 2}};
  for (Measurement& trial : head.trials) trial.params = {{"threads", 2}, {"connections", 1}};
  EXPECT_EQ(compare_runs(base, head).rows.size(), 1u);
}

TEST(RunComparison, CaveatsAreToldOnceAndWhoseTheyAre) {
  ComparedRun base = run_of(1, {{}});
  ComparedRun head = run_of(2, {{}});
  for (Measurement& trial : base.trials) trial.caveats = {"shared CPU"};
  for (Measurement& trial : head.trials) trial.caveats = {"shared CPU", "no disk"};
  const RunComparison comparison = compare_runs(base, head);
  EXPECT_EQ(std::ranges::count(comparison.warnings, "both: shared CPU"), 1);
  EXPECT_EQ(std::ranges::count(comparison.warnings, "head: no disk"), 1);
}

TEST(RunComparison, WrongDataAndDamageOfEitherAreTold) {
  ComparedRun head = run_of(2, {{}});
  head.warning = "line 7 is cut off";
  EXPECT_FALSE(compare_runs(run_of(1, {{}}), head).wrong_data);
  head.trials[0].wrong_data = true;
  const RunComparison comparison = compare_runs(run_of(1, {{}}), head);
  EXPECT_TRUE(comparison.wrong_data);
  EXPECT_THAT(comparison.warnings, Contains(HasSubstr("line 7")));
}

// Rounds in which the whole machine is slow are slow for every row: the mean's interval must know.
TEST(RunComparison, TheGeometricMeansIntervalHoldsWhereRowsShareTheirRounds) {
  Random random(11);
  const std::vector<Model> models = {{.backend = "a"}, {.backend = "b"}, {.backend = "c"}};
  const auto run = [&] {
    ComparedRun result;
    std::normal_distribution<double> of_round(0, 0.05);
    for (int round = 1; round <= 8; ++round) {
      const double shared = of_round(random);
      for (const Model& model : models) {
        result.trials.push_back(trial_of(random, model, round, shared));
      }
    }
    return result;
  };
  constexpr int replications = 1000;
  int held = 0;
  for (int i = 0; i < replications; ++i) {
    const RunComparison comparison = compare_runs(run(), run());
    const GeometricMean& mean = comparison.geometric_means.at(1);
    ASSERT_EQ(mean.metric->name, "cpu_ns_per_op");
    held += *mean.low <= 1 && 1 <= *mean.high ? 1 : 0;
  }
  EXPECT_NEAR(held / double{replications}, 0.95, 0.025);
}

// Two runs of the same: over all rows and metrics hardly ever is anything called different.
TEST(RunComparison, SameAgainstSameIsToldApartInAFewOfAHundred) {
  constexpr int replications = 400;
  const std::vector<Model> models = {{.backend = "a"}, {.backend = "b"}, {.backend = "c"}};
  int alarms = 0;
  for (int i = 0; i < replications; ++i) {
    const auto seed = static_cast<std::uint64_t>(2 * i);
    const RunComparison comparison = compare_runs(run_of(seed, models), run_of(seed + 1, models));
    bool alarm = false;
    for (std::size_t row = 0; row < comparison.rows.size(); ++row) {
      alarm |= figure(comparison, row, "cpu_ns_per_op").significant;
    }
    alarms += alarm ? 1 : 0;
  }
  EXPECT_NEAR(alarms / double{replications}, 0.05, 0.04);
}

}  // namespace
}  // namespace ringside
