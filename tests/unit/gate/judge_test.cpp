#include "harness/report/gate/judge.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "harness/report/stats/enough.hpp"
#include "harness/report/stats/paired.hpp"

namespace ringside {
namespace {

using Random = std::mt19937_64;

const double three_percent = std::log(1.03);

TEST(Looks, SpendEverythingOnceAndNoMore) {
  double alarms = 0;
  double passes = 0;
  int before = 0;
  for (const Look& look : looks()) {
    EXPECT_GT(look.rounds, before);
    before = look.rounds;
    alarms += look.alarm_share;
    passes += look.pass_share;
  }
  EXPECT_NEAR(alarms, 1, 1e-12);
  EXPECT_NEAR(passes, 1, 1e-12);
}

// A report gives no interval where a gate would not look.
TEST(Looks, TheFirstHasAsManyRoundsAsAnInterval) {
  EXPECT_EQ(static_cast<std::size_t>(looks().front().rounds), least_rounds);
}

TEST(Looks, TheLastOneSpendsWhatIsLeft) {
  EXPECT_NEAR(last_look(3).alarm_share, 1, 1e-12);
  const Look& first = looks().front();
  EXPECT_NEAR(last_look(first.rounds).alarm_share, 1, 1e-12);
  EXPECT_NEAR(last_look(first.rounds + 1).alarm_share, 1 - first.alarm_share, 1e-12);
  EXPECT_NEAR(last_look(looks().back().rounds).pass_share, looks().back().pass_share, 1e-12);
  EXPECT_FALSE(look_after(5));
  EXPECT_EQ(look_after(first.rounds)->rounds, first.rounds);
}

Estimate estimate_of(double log_ratio, double standard_error, double degrees = 9) {
  Estimate estimate;
  estimate.log_ratio = log_ratio;
  set_standard_error(estimate, standard_error, degrees);
  return estimate;
}

const Look whole{.rounds = 10, .alarm_share = 1, .pass_share = 1};

Judgement judge(const Evidence& evidence, double margin = three_percent) {
  Judge judge(1, margin);
  judge.look(std::vector{evidence}, whole);
  return judge.judgements().front();
}

TEST(Judge, HasThreeAnswersAndAnUnstableMachine) {
  const Estimate quiet = estimate_of(0, 0.001);
  EXPECT_EQ(judge({estimate_of(0.06, 0.002), quiet}).answer, Answer::regression);
  EXPECT_EQ(judge({estimate_of(0.00, 0.002), quiet}).answer, Answer::pass);
  EXPECT_EQ(judge({estimate_of(-0.06, 0.002), quiet}).answer, Answer::pass);
  EXPECT_EQ(judge({estimate_of(0.03, 0.002), quiet}).answer, Answer::inconclusive);
  EXPECT_EQ(judge({estimate_of(0.00, 0.05), quiet}).answer, Answer::inconclusive);
  for (const double control : {-0.03, 0.03}) {
    const Estimate stray = estimate_of(control, 0.001);
    EXPECT_EQ(judge({estimate_of(0.06, 0.002), stray}).answer, Answer::unstable);
    EXPECT_EQ(judge({estimate_of(0.00, 0.002), stray}).answer, Answer::unstable);
  }
}

TEST(Judge, BoundsAreOnTheSideOfTheMarginThatTheAnswerSays) {
  const Estimate quiet = estimate_of(0, 0.001);
  EXPECT_GT(*judge({estimate_of(0.06, 0.002), quiet}).low, three_percent);
  EXPECT_LT(*judge({estimate_of(0.00, 0.002), quiet}).high, three_percent);
}

TEST(Judge, WithoutASpreadNothingIsDecided) {
  Evidence nothing;
  nothing.slowdown.log_ratio = 0.5;
  EXPECT_EQ(judge(nothing).answer, Answer::inconclusive);
  EXPECT_FALSE(judge(nothing).low);
}

TEST(Judge, WhatIsDecidedStaysDecided) {
  const Estimate quiet = estimate_of(0, 0.001);
  Judge judge(2, three_percent);
  const Evidence slow{estimate_of(0.06, 0.002), quiet};
  const Evidence same{estimate_of(0.0, 0.002), quiet};
  judge.look(std::vector{slow, same}, whole);
  judge.look(std::vector{same, slow}, whole);
  EXPECT_EQ(judge.judgements()[0].answer, Answer::regression);
  EXPECT_EQ(judge.judgements()[1].answer, Answer::pass);
}

/// Many gates with known slowdowns, one entry a comparison. Rounds differ by `sd`, each copy of a
/// build by its own draw: base, control and head.
struct World {
  std::vector<double> slowdowns;
  double sd = 0.01;
  int rounds = 45;  ///< for which there is time
  double margin = three_percent;
  double control_bias = 0;
};

struct Played {
  std::vector<Judgement> judgements;
  std::vector<Evidence> evidence;
  int rounds = 0;
};

Played play(Random& random, const World& world) {
  std::normal_distribution<double> draw(0, world.sd / std::sqrt(2.0));
  const std::size_t count = world.slowdowns.size();
  std::vector<std::vector<std::vector<double>>> slowdowns(count), controls(count);
  std::vector<Evidence> evidence(count);
  Judge judge(count, world.margin);
  int round = 1;
  for (; round <= world.rounds; ++round) {
    bool all_decided = true;
    for (std::size_t i = 0; i < count; ++i) {
      if (judge.decided(i)) continue;
      all_decided = false;
      const double base = draw(random);
      slowdowns[i].push_back({world.slowdowns[i] + draw(random) - base});
      controls[i].push_back({world.control_bias + draw(random) - base});
      evidence[i] = {estimate_paired(slowdowns[i]), estimate_paired(controls[i])};
    }
    if (all_decided) break;
    if (round == world.rounds)
      judge.look(evidence, last_look(round));
    else if (const auto look = look_after(round))
      judge.look(evidence, *look);
  }
  return {judge.judgements(), evidence, round - 1};
}

double share_of_gates(const World& world, Answer answer, int gates = 2000) {
  Random random(20'261'123);
  int found = 0;
  for (int i = 0; i < gates; ++i) {
    const auto played = play(random, world);
    found += std::ranges::count(played.judgements, answer, &Judgement::answer) > 0 ? 1 : 0;
  }
  return found / static_cast<double>(gates);
}

TEST(JudgeSimulation, TheSameBuildIsHardlyEverCalledARegression) {
  for (const double sd : {0.005, 0.02, 0.08}) {
    EXPECT_LE(share_of_gates({.slowdowns = {0}, .sd = sd}, Answer::regression), 0.002) << sd;
  }
}

// The worst that may be: every comparison exactly at the margin, over all looks together.
TEST(JudgeSimulation, AtTheMarginFalseAlarmsStayBelowOnePercent) {
  const double at_margin = three_percent;
  constexpr double tolerance = 0.006;  // three standard errors of 1 % in 2000
  EXPECT_LE(share_of_gates({.slowdowns = {at_margin}}, Answer::regression), 0.01 + tolerance);
  EXPECT_LE(share_of_gates({.slowdowns = {at_margin, at_margin, at_margin, at_margin, at_margin}},
                           Answer::regression),
            0.01 + tolerance);
  EXPECT_LE(share_of_gates({.slowdowns = {0}, .margin = 0}, Answer::regression), 0.01 + tolerance);
}

TEST(JudgeSimulation, AtTheMarginHardlyAnyPass) {
  EXPECT_LE(share_of_gates({.slowdowns = {three_percent}}, Answer::pass), 0.05 + 0.015);
}

TEST(JudgeSimulation, TheControlFiresInOnePercentUnlessItStrays) {
  EXPECT_LE(share_of_gates({.slowdowns = {0}, .margin = 0}, Answer::unstable), 0.01 + 0.006);
  EXPECT_LE(share_of_gates({.slowdowns = {0}, .sd = 0.02}, Answer::unstable), 0.01 + 0.006);
  EXPECT_GE(share_of_gates({.slowdowns = {three_percent}, .control_bias = 0.05}, Answer::unstable),
            0.95);
}

TEST(JudgeSimulation, FivePercentAreFoundAndSameBuildsPass) {
  EXPECT_GE(share_of_gates({.slowdowns = {std::log(1.05)}}, Answer::regression), 0.95);
  EXPECT_GE(share_of_gates({.slowdowns = {0}}, Answer::pass), 0.95);
  EXPECT_GE(share_of_gates({.slowdowns = {std::log(1.02)}, .margin = 0}, Answer::regression), 0.9);
}

TEST(JudgeSimulation, OneSlowOfSevenIsFoundAndTheOthersAreNot) {
  Random random(7);
  int found = 0;
  int others = 0;
  constexpr int gates = 500;
  for (int i = 0; i < gates; ++i) {
    const auto played = play(random, {.slowdowns = {0, 0, 0, std::log(1.06), 0, 0, 0}});
    for (std::size_t at = 0; at < played.judgements.size(); ++at) {
      const bool regression = played.judgements[at].answer == Answer::regression;
      (at == 3 ? found : others) += regression ? 1 : 0;
    }
  }
  EXPECT_GE(found, gates * 95 / 100);
  EXPECT_LE(others, gates / 100);
}

// Injected at the size that one gate printed, a slowdown is found by the next one 75 to 90 times of
// 100.
TEST(JudgeSimulation, TheSmallestVisibleSlowdownIsHonest) {
  Random random(5);
  constexpr int gates = 1000;
  for (const int rounds : {6, 13, 45}) {
    for (const double margin : {0.0, three_percent}) {
      int found = 0;
      for (int i = 0; i < gates; ++i) {
        World world{.slowdowns = {margin}, .sd = 0.02, .rounds = rounds, .margin = margin};
        const Played before = play(random, world);
        world.slowdowns = {*smallest_visible_slowdown(before.evidence.front().slowdown,
                                                      before.rounds, rounds, 1, margin)};
        const Played next = play(random, world);
        found += next.judgements.front().answer == Answer::regression ? 1 : 0;
      }
      EXPECT_GE(found, gates * 75 / 100) << rounds << " rounds, margin " << margin;
      EXPECT_LE(found, gates * 90 / 100) << rounds << " rounds, margin " << margin;
    }
  }
}

}  // namespace
}  // namespace ringside
