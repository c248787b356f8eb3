#include "harness/plan/plan.hpp"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>

#include "backends/backend.hpp"
#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"
#include "base/error.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void no_echo(const EchoTask& /*task*/) {}
void no_copy(const FileCopyTask& /*task*/) {}

const auto table = std::to_array<Backend>({
    {.name = "threads", .summary = "", .cells = {no_echo}},
    {.name = "epoll", .summary = "", .cells = {no_echo}},
    {.name = "io_uring", .summary = "", .cells = {no_echo}},
    {.name = "files_only", .summary = ""},
});

constexpr Limits plenty{.descriptors = 100'000};

std::vector<std::string> names(const Round& round) {
  std::vector<std::string> names;
  for (const Trial& trial : round.trials) names.push_back(trial.backend);
  return names;
}

TEST(Plan, PutsTheBaselineFirstAndItsControlSecond) {
  const Plan plan = make_plan({}, plenty, table, scenarios());
  ASSERT_FALSE(plan.rounds.empty());
  const Round& round = plan.rounds.front();
  EXPECT_THAT(names(round), ElementsAre("epoll", "epoll", "threads", "io_uring"));
  EXPECT_TRUE(round.trials[0].baseline);
  EXPECT_TRUE(round.trials[1].control);
  EXPECT_EQ(std::ranges::count(round.trials, true, &Trial::baseline), 1);
  EXPECT_EQ(std::ranges::count(round.trials, true, &Trial::control), 1);
}

TEST(Plan, WarmsUpEveryScenario) {
  const auto with_both =
      std::to_array<Backend>({{.name = "both", .summary = "", .cells = {no_echo, no_copy}}});
  Options options;
  options.baseline = "both";
  for (const auto interleave : {Interleave::slice, Interleave::trial}) {
    options.interleave = interleave;
    const Plan plan = make_plan(options, plenty, with_both, scenarios());
    for (const Round& round : plan.rounds) {
      EXPECT_GT(round.windows.warmup.count(), 0) << round.scenario;
    }
    EXPECT_THAT(describe(plan, scenarios()), testing::Not(HasSubstr("measured, seed")));
  }
}

TEST(Plan, ComparesWithTheFirstWhenTheBaselineIsNotThere) {
  Options options;
  options.backends = {"io_uring", "threads"};
  options.control = false;
  const Plan plan = make_plan(options, plenty, table, scenarios());
  EXPECT_THAT(names(plan.rounds.front()), ElementsAre("io_uring", "threads"));
  EXPECT_TRUE(plan.rounds.front().trials.front().baseline);
}

TEST(Plan, GivesEverySetOfParametersItsFirstRoundBeforeAnySecond) {
  Options options;
  options.rounds = 2;
  options.parameters.by_flag["--connections"] = {"1", "64"};
  options.parameters.by_flag["--payload"] = {"128", "4KiB"};
  const Plan plan = make_plan(options, plenty, table, scenarios());
  ASSERT_EQ(plan.rounds.size(), 8u);
  std::set<std::string> first_half;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(plan.rounds[static_cast<std::size_t>(i)].number, 1);
    first_half.insert(plan.rounds[static_cast<std::size_t>(i)].params.dump());
  }
  EXPECT_EQ(first_half.size(), 4u);
  EXPECT_EQ(plan.rounds[4].number, 2);
}

TEST(Plan, SaysWhichParametersFollowOthers) {
  const auto no_fan_out = +[](const FanOutTask& /*task*/) {};
  const auto tiers =
      std::to_array<Backend>({{.name = "epoll", .summary = "", .cells = {no_fan_out}}});
  const Plan plan = make_plan({}, plenty, tiers, scenarios());
  ASSERT_FALSE(plan.rounds.empty());
  EXPECT_EQ(plan.rounds.front().words.operation, "request");
  EXPECT_EQ(plan.rounds.front().words.follows.at("quorum"), "fan_out");
}

TEST(Plan, DependsOnOptionsAndSeedAlone) {
  Options options;
  const auto seeds = [&] {
    std::vector<std::uint64_t> all;
    for (const Round& round : make_plan(options, plenty, table, scenarios()).rounds) {
      all.push_back(round.seed);
    }
    return all;
  };
  const auto first = seeds();
  EXPECT_EQ(first, seeds());
  options.seed = 2;
  EXPECT_NE(first, seeds());
}

TEST(Plan, FallsBackToWholeWindowsWhenNotAllFitAtOnce) {
  Options options;
  options.parameters.by_flag["--connections"] = {"1000"};
  const Plan plan = make_plan(options, {.descriptors = 3000}, table, scenarios());
  const Round& round = plan.rounds.front();
  EXPECT_TRUE(round.impossible.empty());
  EXPECT_EQ(round.windows.interleave, Interleave::trial);
  EXPECT_EQ(round.windows.cycles, 1);
  EXPECT_EQ(round.windows.measured, options.duration);
  ASSERT_EQ(round.caveats.size(), 1u);
  EXPECT_THAT(round.caveats.front(), HasSubstr("ulimit -n 4256"));
}

TEST(Plan, SaysWhatToRaiseWhenNotEvenOneFits) {
  Options options;
  options.parameters.by_flag["--connections"] = {"5000"};
  options.rounds = 3;
  const Plan plan = make_plan(options, {.descriptors = 1024}, table, scenarios());
  ASSERT_EQ(plan.rounds.size(), 1u) << "what cannot run is said once";
  EXPECT_THAT(plan.rounds.front().impossible, HasSubstr("5256 descriptors are needed"));
  EXPECT_THAT(plan.rounds.front().mend, HasSubstr("ulimit -n 5256"));
  EXPECT_EQ(least_time(plan.rounds.front()).count(), 0);
}

TEST(Plan, RefusesWhatCannotBe) {
  const auto refused = [](const std::function<void(Options&)>& change) {
    Options options;
    change(options);
    EXPECT_THROW(make_plan(options, plenty, table, scenarios()), Error);
  };
  refused([](Options& o) { o.backends = {"epol"}; });
  refused([](Options& o) { o.backends = {"epoll", "epoll"}; });
  refused([](Options& o) { o.backends = {"files_only"}; });
  refused([](Options& o) { o.baseline = "nobody"; });
  refused([](Options& o) { o.scenarios = {"ecco"}; });
  refused([](Options& o) { o.scenarios = {"fan_out"}; });  // which no backend of the table offers
  refused([](Options& o) { o.rounds = 0; });
  refused([](Options& o) { o.cycles = -1; });
  refused([](Options& o) { o.slice = std::chrono::nanoseconds(1); });
  refused([](Options& o) { o.parameters.by_flag["--connections"] = {"0"}; });
  refused([](Options& o) { o.parameters.by_flag["--payload"] = {"0"}; });
  refused([](Options& o) { o.parameters.by_flag["--pipeline"] = {"100000"}; });
  refused([](Options& o) { o.parameters.by_flag["--threads"] = {"65"}; });
}

TEST(Plan, LeavesOutWhatNobodyOffersUnlessItWasNamed) {
  Options options;
  options.backends = {"epoll", "files_only"};
  options.rounds = 1;
  const Plan plan = make_plan(options, plenty, table, scenarios());
  ASSERT_EQ(plan.rounds.size(), 1u);
  EXPECT_EQ(plan.rounds.front().scenario, "echo");
  EXPECT_THAT(names(plan.rounds.front()), ElementsAre("epoll", "epoll"));
  options.scenarios = {"echo"};
  EXPECT_THROW(make_plan(options, plenty, table, scenarios()), Error);
}

TEST(Describe, NamesEveryRoundAndBackend) {
  Options options;
  options.rounds = 2;
  const std::string text = describe(make_plan(options, plenty, table, scenarios()), scenarios());
  EXPECT_THAT(text, HasSubstr("round 2 of echo: 64 connections x 128 B"));
  EXPECT_THAT(text, HasSubstr("epoll (control)"));
  EXPECT_THAT(text, HasSubstr("20 ms measured after 50 ms of warm-up"));
}

}  // namespace
}  // namespace ringside
