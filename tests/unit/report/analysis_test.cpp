#include "harness/report/analysis/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/render/report.hpp"

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

/// Beside each round's slices a whole window that had so many times their throughput.
std::vector<Measurement> audited(std::vector<Measurement> trials, double factor) {
  for (Measurement& trial : trials) {
    const double wobble = 1 + 0.001 * (trial.round % 3);
    trial.audit = Audit{.windows = 1,
                        .elapsed_ns = 250'000'000,
                        .work_ops = static_cast<double>(trial.ops) / 4 * factor * wobble,
                        .cpu_ns_per_op = trial.cpu->total_ns_per_op,
                        .latency = trial.latency.all()};
  }
  return trials;
}

TEST(Analysis, TheAuditCountsWhatAgreesAndNamesWhatDiffers) {
  std::vector<Measurement> trials = audited(baseline(5), 1);
  const auto said = [&] {
    for (const Finding& finding : analyse(trials).findings) {
      if (finding.kind == FindingKind::audit) return finding;
    }
    return Finding{};
  };
  EXPECT_THAT(said().text, HasSubstr("of 3 figures from slices 3 agree with 5 whole windows"));
  EXPECT_THAT(said().text, HasSubstr(", none differs"));
  EXPECT_FALSE(said().warning);

  add(trials, audited(rounds_of({.backend = "callback"}, 5), 1.1));
  EXPECT_THAT(said().text, HasSubstr("5 agree"));
  EXPECT_THAT(said().text, HasSubstr("1 differ: throughput of callback -9"));
  EXPECT_TRUE(said().warning);

  add(trials, audited(rounds_of({.backend = "future"}, 5), 1.25));
  EXPECT_THAT(said().text, HasSubstr("7 agree"));
  EXPECT_THAT(said().text, HasSubstr("2 differ: throughput of 2 rows, -20.1 % (future) to -9"));
}

TEST(Analysis, AWindowBetweenSlicesIsHeldAgainstTheTwoBesideIt) {
  std::vector<Measurement> trials = audited(baseline(5), 1);
  for (Measurement& trial : trials) {
    // The machine became slower by half, and the window came towards the end.
    const std::uint64_t early = trial.ops * 2 / 3;
    trial.slices.ops = {early, (trial.ops - early) / 2, (trial.ops - early) / 2};
    trial.slices.elapsed_ns.assign(3, trial.elapsed_ns / 3);
    trial.slices.cpu_ns.assign(3, 0);
    for (std::size_t i = 0; i < 3; ++i) {
      trial.slices.cpu_ns[i] =
          std::llround(trial.cpu->total_ns_per_op * static_cast<double>(trial.slices.ops[i]));
    }
    Audit& audit = *trial.audit.value;
    audit.work_ops /= 2;
    audit.after_slices = 2;
    audit.beside_p50_ns = trial.latency.all().at_percentile(50).count() * 5 / 4;
  }
  const std::string said = texts(analyse(trials));
  EXPECT_THAT(said, HasSubstr("of 3 figures from slices 2 agree with 5 whole windows"));
  EXPECT_THAT(said, HasSubstr("1 differ: p50 of epoll +25.0 %"));
}

TEST(Analysis, AnAuditOfThreeRoundsCanTellNothing) {
  const std::vector<Measurement> trials = audited(baseline(3), 1.1);
  EXPECT_THAT(texts(analyse(trials)), HasSubstr("0 agree with 3 whole windows"));
  EXPECT_THAT(texts(analyse(trials)), HasSubstr("3 cannot be told, none differs"));
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
  EXPECT_EQ(comparison.reason, "1 round is too few for an interval: 4 are needed");
  EXPECT_FALSE(analysis.groups[0].rows[0].rank);
  EXPECT_THAT(texts(analysis), HasSubstr("Nobody is ranked"));
}

/// epoll and its control, io_uring a tenth faster and callback five times as slow at p99.
std::vector<Measurement> three_backends(int rounds) {
  std::vector<Measurement> trials = baseline(rounds);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, rounds));
  add(trials, rounds_of({.backend = "callback", .ops = 20'000}, rounds));
  add(trials, control(rounds));
  return trials;
}

void expect_no_verdict(const Group& group) {
  for (const auto* family : {&group.comparisons, &group.control_comparisons}) {
    for (const Comparison& comparison : *family) {
      EXPECT_TRUE(comparison.ratio) << "the estimate stands";
      EXPECT_FALSE(comparison.low || comparison.high || comparison.confidence);
      EXPECT_FALSE(comparison.p_adjusted);
      EXPECT_FALSE(comparison.significant);
      EXPECT_FALSE(comparison.smallest_visible_ratio);
    }
  }
  for (const Row& row : group.rows) EXPECT_FALSE(row.rank);
}

TEST(Analysis, FewerThanFourRoundsNameNobody) {
  for (const int rounds : {2, 3}) {
    const Analysis analysis = analyse(three_backends(rounds));
    expect_no_verdict(analysis.groups[0]);
    const std::string too_few = std::to_string(rounds) + " rounds are too few for an interval: 4";
    const std::string said = texts(analysis);
    EXPECT_THAT(said, HasSubstr("The control cannot be judged (" + too_few + " are needed)"));
    EXPECT_THAT(said, HasSubstr("Nobody is ranked: " + too_few + " are needed (mend"));
    EXPECT_EQ(said.find("Nobody"), said.rfind("Nobody")) << "once is enough";
    for (const char* word : {"first place", "fastest", "cheapest", "better", "Tails", "would have"})
      EXPECT_THAT(said, Not(HasSubstr(word)));
    EXPECT_THAT(render(analysis, Format::table), Not(HasSubstr("difference told")));
  }
}

TEST(Analysis, FourRoundsAreEnough) {
  const Analysis analysis = analyse(three_backends(4));
  EXPECT_THAT(texts(analysis), HasSubstr("io_uring is fastest"));
  EXPECT_THAT(texts(analysis), HasSubstr("Tails: at p99"));
  EXPECT_FALSE(analysis.findings.front().warning) << "the control is judged";
  EXPECT_THAT(render(analysis, Format::table), HasSubstr("difference told"));
}

// Too wild to be held against anybody: then nobody can be said to be before or behind it.
TEST(Analysis, RoundsThatDifferTooMuchNameNobody) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, 5));
  for (int round = 1; round <= 5; ++round) {
    const double ops = round % 2 == 0 ? 40'000 : 300'000;
    add(trials, {Trial{.backend = "wild", .round = round, .ops = ops}.make()});
  }
  const Analysis analysis = analyse(trials);
  const Comparison& wild = *find_comparison(analysis.groups[0], 0, 2, Metric::throughput);
  EXPECT_TRUE(wild.ratio);
  EXPECT_FALSE(wild.low || wild.p_adjusted || wild.smallest_visible_ratio || wild.significant);
  EXPECT_THAT(wild.reason, HasSubstr("the rounds differ too much for an interval: about "));
  EXPECT_GT(wild.rounds_needed, 5u);
  EXPECT_TRUE(find_comparison(analysis.groups[0], 0, 1, Metric::throughput)->significant);
  for (const Row& row : analysis.groups[0].rows) EXPECT_FALSE(row.rank);
  const std::string said = texts(analysis);
  EXPECT_THAT(said, testing::ContainsRegex(
                        "Nobody is ranked in throughput: wild and [a-z_]+ cannot be held "
                        "against each other, the rounds differ too much for an "
                        "interval: about [0-9]+ are needed"));
  EXPECT_THAT(said, Not(HasSubstr("fastest")));
  EXPECT_THAT(said, Not(HasSubstr("first place in throughput")));
  EXPECT_THAT(said, HasSubstr("first place in CPU")) << "which did not differ so";
}

std::vector<Measurement> with_failures(std::vector<Measurement> trials, int good) {
  for (Measurement& trial : trials) {
    if (trial.round > good) trial.status = Status::failed;
  }
  return trials;
}

TEST(Analysis, ARowThatFailedTooOftenToBeJudgedHasNoRankAndKeepsNobodyFromTheirs) {
  std::vector<Measurement> trials = baseline(6);
  add(trials, rounds_of({.backend = "io_uring", .ops = 110'000}, 6));
  add(trials, with_failures(rounds_of({.backend = "callback", .ops = 150'000}, 6), 2));
  const Analysis analysis = analyse(trials);
  EXPECT_EQ(analysis.groups[0].rows[0].rank, 2);
  EXPECT_EQ(analysis.groups[0].rows[1].rank, 1);
  EXPECT_FALSE(analysis.groups[0].rows[2].rank);
  const std::string said = texts(analysis);
  EXPECT_THAT(said, testing::ContainsRegex("io_uring is fastest: .*; callback is not ranked"));
  EXPECT_THAT(said, HasSubstr("callback is not ranked: 2 rounds are too few for an interval: 4"));
}

TEST(Analysis, RowsThatNeverRanInOneRoundAreNotSaidToShareAPlace) {
  std::vector<Measurement> trials = baseline(8);
  add(trials, with_failures(rounds_of({.backend = "callback"}, 8), 4));
  std::vector<Measurement> late = rounds_of({.backend = "coroutine"}, 8);
  for (Measurement& trial : late) {
    if (trial.round <= 4) trial.status = Status::failed;
  }
  add(trials, late);
  const Analysis analysis = analyse(trials);
  for (const Row& row : analysis.groups[0].rows) EXPECT_FALSE(row.rank);
  EXPECT_THAT(texts(analysis),
              HasSubstr("callback and coroutine cannot be held against each other, "
                        "no round in which both ran"));
}

TEST(Analysis, AControlThatIsJudgedInSomeGroupsOnlySaysSo) {
  std::vector<Measurement> trials = baseline(5);
  add(trials, control(5));
  for (Measurement trial : control(5)) {
    trial.params = {{"connections", 64}};
    if (trial.round > 3) trial.status = Status::failed;
    trials.push_back(trial);
  }
  for (Measurement trial : baseline(5)) {
    trial.params = {{"connections", 64}};
    trials.push_back(trial);
  }
  const Finding control = analyse(trials).findings.front();
  EXPECT_TRUE(control.warning);
  EXPECT_THAT(control.text, HasSubstr("in 1 of 2 comparisons"));
  EXPECT_THAT(control.text, HasSubstr("Elsewhere it cannot be judged (3 rounds are too few"));
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
  const StoredHistogram merged = analyse(trials).groups[0].rows[0].latency.all();
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

// Of few operations the least and the most differ by chance.
TEST(Analysis, SaysNothingOfEvennessWhereRoundsWereShort) {
  std::vector<Measurement> trials = baseline(2);
  for (Measurement& trial : trials) {
    trial.ops = 8 * 99;  // of 8 connections
    trial.generator.value->least_ops_per_connection = 0;
    trial.generator.value->most_ops_per_connection = 300;
  }
  EXPECT_THAT(texts(analyse(trials)), Not(HasSubstr("unevenly")));
  EXPECT_EQ(analyse(trials).groups[0].rows[0].fairness->most_ops_per_connection, 300u)
      << "the figures stay";
  trials[1].ops = 8 * 100;
  trials[1].generator.value->least_ops_per_connection = 40;
  EXPECT_THAT(texts(analyse(trials)), HasSubstr("unevenly: 40 to 300 messages"))
      << "of the round that was long enough, not of the one that was not";
}

TEST(Analysis, WithoutTheNumberOfConnectionsEvennessGoesByWhatOneCompleted) {
  std::vector<Measurement> trials = baseline(1);
  trials[0].params = Json::object();
  trials[0].generator.value->least_ops_per_connection = 10;
  trials[0].generator.value->most_ops_per_connection = 100;
  EXPECT_THAT(texts(analyse(trials)), Not(HasSubstr("unevenly")));
  trials[0].generator.value->most_ops_per_connection = 190;
  EXPECT_THAT(texts(analyse(trials)), HasSubstr("unevenly: 10 to 190"));
}

}  // namespace
}  // namespace ringside
