#include "harness/report/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/report.hpp"

namespace ringside {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A trial of `ops` operations in a second, with the same figure in each of its three slices.
struct Trial {
  std::string backend;
  int round = 1;
  double ops = 100'000;
  double cpu_ns = 5000;
  int connections = 8;

  Measurement make() const {
    Measurement trial;
    trial.round = round;
    trial.scenario = "echo";
    trial.backend = backend;
    trial.params = {{"connections", connections}};
    for (std::uint32_t cycle = 0; cycle < 3; ++cycle) {
      trial.slices.order.push_back(cycle);
      trial.slices.ops.push_back(static_cast<std::uint64_t>(ops / 3));
      trial.slices.elapsed_ns.push_back(333'333'333);
      trial.slices.cpu_ns.push_back(static_cast<std::int64_t>(ops / 3 * cpu_ns));
    }
    trial.elapsed_ns = 1'000'000'000;
    trial.ops = trial.verified_ops = static_cast<std::uint64_t>(ops);
    trial.bytes = trial.ops * 128;
    Histogram latency;
    for (int i = 0; i < 2000; ++i) {
      latency.record(std::chrono::nanoseconds(static_cast<int>(1e9 / ops * 8) + i));
    }
    trial.latency = latency;
    trial.generator = GeneratorUse{};
    trial.cpu = CpuUse{cpu_ns / 4, cpu_ns * 3 / 4, cpu_ns, cpu_ns * ops / 1e9};
    return trial;
  }
};

/// The same in `rounds` rounds, each 0.1 % off in a way of its own.
std::vector<Measurement> rounds_of(const Trial& trial, int rounds, double wobble = 0.001) {
  std::vector<Measurement> trials;
  for (int round = 1; round <= rounds; ++round) {
    Trial one = trial;
    one.round = round;
    const auto seed =
        static_cast<double>(trial.backend.size() * 7 + static_cast<std::size_t>(round));
    one.ops *= 1 + wobble * std::sin(seed * 12.9898);
    one.cpu_ns *= 1 + wobble * std::sin(seed * 78.233);
    trials.push_back(one.make());
  }
  return trials;
}

void add(std::vector<Measurement>& all, std::vector<Measurement> more) {
  std::ranges::move(more, std::back_inserter(all));
}

std::vector<Measurement> baseline(int rounds) {
  std::vector<Measurement> trials = rounds_of({.backend = "epoll"}, rounds);
  for (Measurement& trial : trials) trial.baseline = true;
  return trials;
}

std::vector<Measurement> control(int rounds, double factor = 1) {
  std::vector<Measurement> trials =
      rounds_of({.backend = "epoll", .ops = 100'000 * factor}, rounds);
  for (Measurement& trial : trials) {
    trial.control = true;
    trial.slices.ops[1] += static_cast<std::uint64_t>(trial.round % 2);
  }
  return trials;
}

std::string texts(const Analysis& analysis) {
  std::string all;
  for (const Finding& finding : analysis.findings) all += finding.text + "\n";
  return all;
}

TEST(Analysis, OfNothingIsEmptyAndRenders) {
  const Analysis analysis = analyse({});
  EXPECT_TRUE(analysis.groups.empty());
  EXPECT_TRUE(analysis.findings.empty());
  for (const Format format : {Format::table, Format::markdown, Format::csv, Format::json}) {
    EXPECT_FALSE(render(analysis, format).empty());
  }
}

TEST(Analysis, ComparesWithTheBaselineAndNamesTheWinner) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000, .cpu_ns = 4500}, 5));
  add(trials, control(5));
  const Analysis analysis = analyse(trials);
  const Group& group = analysis.groups.at(0);
  const Comparison* comparison = against_baseline(group, 1, Metric::throughput);
  ASSERT_NE(comparison, nullptr);
  EXPECT_EQ(comparison->b, *group.baseline);
  EXPECT_NEAR(*comparison->ratio, 1.1, 0.005);
  EXPECT_TRUE(a_is_better(*comparison));
  EXPECT_GT(*comparison->low, 1);
  const Comparison* cpu = against_baseline(group, 1, Metric::cpu_per_op);
  EXPECT_NEAR(*cpu->ratio, 0.9, 0.005);
  EXPECT_TRUE(a_is_better(*cpu)) << "less CPU is better";
  EXPECT_EQ(group.rows[1].rank, 1);
  EXPECT_EQ(group.rows[0].rank, 2);
  EXPECT_FALSE(group.rows[2].rank) << "the control does not compete";
  EXPECT_EQ(analysis.findings.front().kind, FindingKind::control);
  EXPECT_FALSE(analysis.findings.front().warning);
  EXPECT_THAT(texts(analysis), HasSubstr("io_uring is fastest: +"));
  EXPECT_THAT(texts(analysis), HasSubstr("io_uring is cheapest in CPU per message: -"));
}

TEST(Analysis, NamesNoWinnerThatTheIntervalDoesNotGive) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "callback", .ops = 100'010, .cpu_ns = 5001}, 5, 0.01));
  const Analysis analysis = analyse(trials);
  EXPECT_EQ(analysis.groups[0].rows[0].rank, 1);
  EXPECT_EQ(analysis.groups[0].rows[1].rank, 1);
  EXPECT_THAT(texts(analysis), HasSubstr("share the first place"));
  EXPECT_THAT(texts(analysis), Not(HasSubstr("fastest")));
  EXPECT_THAT(texts(analysis), Not(HasSubstr("cheapest")));
}

TEST(Analysis, AStrayingControlComesFirst) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, 5));
  add(trials, control(5, 1.05));
  for (Measurement& trial : trials) trial.noise.cacheline_ns = 300.0;
  const Analysis analysis = analyse(trials);
  EXPECT_EQ(analysis.findings[0].kind, FindingKind::control);
  EXPECT_TRUE(analysis.findings[0].warning);
  EXPECT_THAT(analysis.findings[0].text, HasSubstr("differs from epoll by +5.0 %"));
  EXPECT_EQ(analysis.findings[1].kind, FindingKind::noise);
}

TEST(Analysis, WithoutAControlItSaysSo) {
  EXPECT_THAT(texts(analyse(baseline(3))), HasSubstr("No control was run"));
}

TEST(Analysis, OneBackendAloneIsNotRanked) {
  const Analysis analysis = analyse(baseline(3));
  EXPECT_FALSE(analysis.groups[0].rows[0].rank);
  EXPECT_TRUE(analysis.groups[0].comparisons.empty());
  EXPECT_THAT(render(analysis, Format::table), HasSubstr("baseline"));
}

TEST(Analysis, OneRoundHasRatiosButNoIntervalsAndNoRanks) {
  std::vector<Measurement> trials = baseline(1);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, 1));
  const Analysis analysis = analyse(trials);
  const Comparison& comparison = analysis.groups[0].comparisons[0];
  EXPECT_TRUE(comparison.ratio);
  EXPECT_FALSE(comparison.low);
  EXPECT_FALSE(comparison.significant);
  EXPECT_FALSE(comparison.reason.empty());
  EXPECT_FALSE(analysis.groups[0].rows[0].rank);
  EXPECT_THAT(texts(analysis), HasSubstr("Nobody is ranked"));
}

TEST(Analysis, ASaturatedGeneratorMovesTheRankingToCpu) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 100'000, .cpu_ns = 4000}, 5));
  trials.back().generator.value->saturated = true;
  const Analysis analysis = analyse(trials);
  EXPECT_EQ(analysis.groups[0].ranking_metric, Metric::cpu_per_op);
  EXPECT_TRUE(analysis.groups[0].rows[1].throughput_is_lower_bound);
  EXPECT_EQ(analysis.groups[0].rows[1].rank, 1);
  EXPECT_THAT(texts(analysis), HasSubstr("saturated with io_uring"));
  EXPECT_THAT(texts(analysis), Not(HasSubstr("fastest")));
  EXPECT_THAT(render(analysis, Format::table), HasSubstr("≥"));
}

TEST(Analysis, WithoutCpuASaturatedGeneratorNamesNobodyFastest) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 120'000}, 5));
  for (Measurement& trial : trials) {
    trial.generator.value->saturated = true;
    trial.cpu = Measured<CpuUse>::unknown("no clock");
  }
  const Analysis analysis = analyse(trials);
  EXPECT_EQ(analysis.groups[0].ranking_metric, Metric::throughput);
  EXPECT_THAT(texts(analysis), Not(HasSubstr("fastest")));
  EXPECT_THAT(texts(analysis), HasSubstr("is not known for every row"));
}

TEST(Analysis, RoundsInWhichOneFailedAreLeftOutOfItsComparisons) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, 5));
  Measurement& broken = trials[7];
  broken.status = Status::failed;
  broken.reason = "killed by SIGKILL";
  const Analysis analysis = analyse(trials);
  const Row& row = analysis.groups[0].rows[1];
  EXPECT_EQ(row.status, RowStatus::partly);
  EXPECT_EQ(row.rounds_ok, 4u);
  EXPECT_EQ(analysis.groups[0].comparisons[0].rounds, 4u);
  EXPECT_EQ(analysis.groups[0].comparisons[0].rounds_left_out, 1u);
  EXPECT_THAT(texts(analysis), HasSubstr("in 4 of 5 rounds"));
  EXPECT_THAT(texts(analysis), HasSubstr("killed by SIGKILL"));
}

TEST(Analysis, EverythingSkippedIsStillAReport) {
  Measurement trial;
  trial.round = 1;
  trial.scenario = "echo";
  trial.backend = "io_uring";
  trial.params = Json::object();
  trial.status = Status::skipped;
  trial.reason = "refused";
  trial.mend = "allow it";
  const std::vector<Measurement> trials = {trial};
  const Analysis analysis = analyse(trials);
  EXPECT_EQ(analysis.groups[0].rows[0].status, RowStatus::skipped);
  EXPECT_THAT(texts(analysis), HasSubstr("io_uring was skipped: refused (mend: allow it)."));
  for (const Format format : {Format::table, Format::markdown, Format::csv, Format::json}) {
    EXPECT_THAT(render(analysis, format), HasSubstr("skipped"));
  }
}

TEST(Analysis, NoOperationsIsNoFigureRatherThanInfinity) {
  std::vector<Measurement> trials = baseline(3);
  add(trials, rounds_of({.backend = "mute", .ops = 1}, 3));
  for (Measurement& trial : trials) {
    if (trial.backend != "mute") continue;
    trial.ops = trial.verified_ops = 0;
    trial.elapsed_ns = 0;
    trial.latency = {};
    for (std::size_t i = 0; i < 3; ++i) {
      trial.slices.ops[i] = 0;
      trial.slices.cpu_ns[i] = 0;
      trial.slices.elapsed_ns[i] = 0;
    }
  }
  const Analysis analysis = analyse(trials);
  EXPECT_FALSE(analysis.groups[0].rows[1].throughput_ops_per_s);
  EXPECT_FALSE(analysis.groups[0].comparisons[0].ratio);
  EXPECT_THAT(texts(analysis), HasSubstr("mute completed no operations"));
  EXPECT_THAT(render(analysis, Format::json), Not(HasSubstr("nan")));
}

TEST(Analysis, PercentilesAreThoseOfMergedHistograms) {
  std::vector<Measurement> trials = {Trial{.backend = "epoll", .round = 1}.make(),
                                     Trial{.backend = "epoll", .round = 2}.make()};
  Histogram first;
  Histogram second;
  for (int i = 0; i < 900; ++i) first.record(std::chrono::nanoseconds(1000));
  for (int i = 0; i < 100; ++i) second.record(std::chrono::nanoseconds(9000));
  trials[0].latency = first;
  trials[1].latency = second;
  const StoredHistogram merged = analyse(trials).groups[0].rows[0].latency;
  EXPECT_EQ(merged.at_percentile(89).count(), 1000) << "an average would be 5000";
  EXPECT_GE(merged.at_percentile(91).count(), 9000);
}

TEST(Analysis, WeighsRoundsByTheirOperations) {
  std::vector<Measurement> trials = {Trial{"epoll", 1, 100'000, 4000}.make(),
                                     Trial{"epoll", 2, 300'000, 8000}.make()};
  const Row row = analyse(trials).groups[0].rows[0];
  EXPECT_NEAR(row.cpu->total_ns_per_op, 7000, 1);
  EXPECT_NEAR(*row.throughput_ops_per_s, 200'000, 1);
}

TEST(Analysis, TheOrderOfTheParametersMakesNoOtherGroup) {
  std::vector<Measurement> trials = rounds_of({.backend = "epoll"}, 2);
  trials[0].params = {{"connections", 8}, {"threads", 1}};
  trials[1].params = {{"threads", 1}, {"connections", 8}};
  const Analysis analysis = analyse(trials);
  ASSERT_EQ(analysis.groups.size(), 1u);
  EXPECT_EQ(analysis.groups[0].rows.at(0).rounds, 2u);
}

TEST(Analysis, ASweepHasAGroupForEachSetOfParameters) {
  std::vector<Measurement> trials;
  for (const int connections : {1, 64}) {
    Trial trial{.backend = "epoll"};
    trial.connections = connections;
    add(trials, rounds_of(trial, 2));
  }
  EXPECT_EQ(analyse(trials).groups.size(), 2u);
}

TEST(Analysis, WholeWindowsArePairedByRound) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, 5));
  for (Measurement& trial : trials) trial.slices = {};
  const Comparison comparison = analyse(trials).groups[0].comparisons[0];
  EXPECT_NEAR(*comparison.ratio, 1.1, 0.005);
  EXPECT_TRUE(comparison.significant);
}

TEST(Analysis, SaysWhenTheMachineWasNoisy) {
  std::vector<Measurement> trials = baseline(3);
  for (Measurement& trial : trials) {
    trial.noise = {0.05, std::uint64_t{2}, trial.round == 2 ? 90.0 : 40.0, 0.2};
  }
  const std::string said = texts(analyse(trials));
  EXPECT_THAT(said,
              HasSubstr("40 to 90 ns from one CPU to the other: the machine was not the same"));
  EXPECT_THAT(said, HasSubstr("took 5.0 % of the CPU time"));
  EXPECT_THAT(said, HasSubstr("out of its CPU quota in 6 periods"));
  EXPECT_THAT(said, HasSubstr("used up to 20 % of a CPU"));
  for (Measurement& trial : trials) trial.noise = {0.001, std::uint64_t{0}, 60.0, 0.01};
  for (Measurement& trial : trials) trial.noise.cacheline_ns = 170.0;
  EXPECT_THAT(texts(analyse(trials)), HasSubstr("calm machines take 50 to 65 ns"));
  for (Measurement& trial : trials) trial.noise.cacheline_ns = 60.0;
  const Analysis calm = analyse(trials);
  for (const Finding& finding : calm.findings) {
    EXPECT_NE(finding.kind, FindingKind::noise);
  }
}

TEST(Analysis, SaysWhenConnectionsWereServedUnevenly) {
  std::vector<Measurement> trials = baseline(2);
  trials[1].generator.value->least_ops_per_connection = 1;
  trials[1].generator.value->most_ops_per_connection = 6747;
  trials[0].generator.value->least_ops_per_connection = 100;
  trials[0].generator.value->most_ops_per_connection = 110;
  EXPECT_THAT(texts(analyse(trials)), HasSubstr("unevenly: 1 to 6747 messages"));
}

}  // namespace
}  // namespace ringside
