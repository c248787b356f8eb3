// Parameters and delays of the fan_out scenario.
#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "harness/plan/options.hpp"
#include "scenarios/fan_out/delay.hpp"
#include "scenarios/fan_out/params.hpp"
#include "scenarios/fan_out/scenario.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
using Kind = LeafDelay::Kind;

const LeafDelay exponential{.kind = Kind::exponential, .usual = 1ms};
const LeafDelay bimodal{.kind = Kind::bimodal, .usual = 100us, .slow = 10ms, .slow_percent = 1};

TEST(LeafDelays, AreParsedFromLists) {
  const auto delays = parse_leaf_delays("none,fixed:1.5ms,exp:1ms,bimodal:100us,10ms,1%,none");
  ASSERT_EQ(delays.size(), 5u);
  EXPECT_EQ(delays[0], LeafDelay{});
  EXPECT_EQ(delays[1], (LeafDelay{.kind = Kind::fixed, .usual = 1500us}));
  EXPECT_EQ(delays[2], exponential);
  EXPECT_EQ(delays[3], bimodal);
  EXPECT_EQ(delays[4], LeafDelay{});
}

TEST(LeafDelays, SurviveTheirText) {
  for (const std::string text :
       {"none", "fixed:1ms", "fixed:1001us", "exp:17ns", "bimodal:100us,1s,0.5%"}) {
    EXPECT_EQ(to_string(parse_leaf_delays(text).front()), text);
  }
}

TEST(LeafDelays, SayWhatIsWrong) {
  const auto refused = [](const std::string& text, const std::string& says) {
    try {
      parse_leaf_delays(text);
      FAIL() << text << " was accepted";
    } catch (const Error& error) {
      EXPECT_THAT(error.what() + std::string("; ") + error.mend(), HasSubstr(says)) << text;
    }
  };
  refused("", "no leaf delay ''");
  refused("fixd:1ms", "'fixed'?");
  refused("none:1ms", "takes 0 values, not 1");
  refused("exp", "exp:1ms");
  refused("exp:1ms,2ms", "takes 1 value, not 2");
  refused("bimodal:1ms,2ms", "bimodal:100us,10ms,1%");
  refused("bimodal:1ms,2ms,1", "percentage");
  refused("bimodal:1ms,2ms,101%", "percentage");
  refused("fixed:1", "unit is missing");
  refused("fixed:2s", "longer than 1 s");
  refused("none,", "no leaf delay ''");
}

TEST(LeafDelays, AreAPureFunctionOfSeedRequestAndLeaf) {
  std::set<std::chrono::nanoseconds> seen;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (std::uint64_t id = 1; id <= 10; ++id) {
      for (std::size_t leaf = 0; leaf < 10; ++leaf) {
        const auto delay = draw(exponential, seed, id, leaf);
        EXPECT_EQ(delay, draw(exponential, seed, id, leaf));
        seen.insert(delay);
      }
    }
  }
  EXPECT_GT(seen.size(), 295u) << "of 300, a change of any of the three changes the delay";
}

TEST(LeafDelays, HaveTheirDistribution) {
  constexpr int draws = 200'000;
  double sum = 0;
  int below_median = 0, beyond_customary = 0;
  for (std::uint64_t id = 0; id < draws; ++id) {
    const auto delay = draw(exponential, 1, id, 3);
    sum += static_cast<double>(delay.count());
    below_median += delay < 693'147ns;
    beyond_customary += delay > customary_longest(exponential);
    ASSERT_LE(delay, longest(exponential));
  }
  // Standard errors: 0.2 %, 0.11 %, 0.02 %.
  EXPECT_NEAR(sum / draws / 1e6, 1, 0.01);
  EXPECT_NEAR(below_median / double{draws}, 0.5, 0.006);
  EXPECT_NEAR(beyond_customary / double{draws}, std::exp(-5.0), 0.001);
  EXPECT_EQ(draw({.kind = Kind::fixed, .usual = 3us}, 1, 2, 3), 3us);
  EXPECT_EQ(draw({}, 1, 2, 3), 0ns);
}

TEST(LeafDelays, MakeAHundredLeavesSlowInSixtyThreePerCentOfParents) {
  // 1 - 0.99^100, the figure of Dean and Barroso's "The Tail at Scale"; standard error 0.34 %.
  constexpr int parents = 20'000;
  int slow = 0;
  for (std::uint64_t id = 1; id <= parents; ++id) {
    bool any = false;
    for (std::size_t leaf = 0; leaf < 100; ++leaf) any |= draw(bimodal, 7, id, leaf) == 10ms;
    slow += any;
  }
  EXPECT_NEAR(slow / double{parents}, 0.634, 0.012);
}

TEST(FanOutParams, SurviveJson) {
  const FanOutParams params{.fan_out = 100,
                            .connections = 3,
                            .request_bytes = 8,
                            .reply_bytes = 4096,
                            .leaf_delay = bimodal,
                            .quorum = 99,
                            .threads = 2};
  EXPECT_EQ(fan_out_params_from_json(to_json(params)), params);
  EXPECT_EQ(to_json(params).at("leaf_delay"), "bimodal:100us,10ms,1%");
}

TEST(FanOutParams, RefuseJsonThatIsSomethingElse) {
  EXPECT_THROW(fan_out_params_from_json(Json::object()), Error);
  Json wrong = to_json(FanOutParams{});
  wrong["leaf_delay"] = 5;
  EXPECT_THROW(fan_out_params_from_json(wrong), Error);
}

TEST(FanOutParams, CombineEveryListWithEveryOtherAndWaitForAllUnlessTold) {
  GivenParameters given{.by_flag = {{"--fan-out", {"4", "16"}},
                                    {"--connections", {"1", "8"}},
                                    {"--leaf-delay", {"none,exp:1ms"}}}};
  const auto all = combinations(fan_out_scenario, given);
  ASSERT_EQ(all.size(), 8u);
  EXPECT_EQ(fan_out_params_from_json(all.front()).quorum, 4u);
  const FanOutParams last = fan_out_params_from_json(all.back());
  EXPECT_EQ(last.quorum, 16u);
  EXPECT_EQ(last.leaf_delay, exponential);
  EXPECT_EQ(all.back(), to_json(last)) << "table and type have one form";
  EXPECT_TRUE(describe_given(fan_out_scenario, given).at("quorum").is_null());
  given.by_flag["--quorum"] = {"1", "3"};
  EXPECT_EQ(combinations(fan_out_scenario, given).size(), 16u);
  EXPECT_EQ(combinations(fan_out_scenario, given).back().at("quorum"), 3);
  EXPECT_EQ(describe_given(fan_out_scenario, given).at("quorum"), (Json{1, 3}));
}

TEST(FanOutParams, AreRefusedWhenTheyCannotWork) {
  using Given = std::map<std::string, std::vector<std::string>, std::less<>>;
  const auto combined = [](Given given) {
    return combinations(fan_out_scenario, {.by_flag = std::move(given)});
  };
  const auto refused = [&](const Given& given) {
    EXPECT_THROW(combined(given), Error) << given.begin()->first;
  };
  refused({{"--fan-out", {"0"}}});
  refused({{"--fan-out", {"2000"}}, {"--quorum", {"1"}}});
  refused({{"--fan-out", {"4"}}, {"--quorum", {"5"}}});
  refused({{"--fan-out", {"4"}}, {"--quorum", {"0"}}});
  refused({{"--request", {"7"}}});
  refused({{"--reply", {"47"}}});
  refused({{"--reply", {"2MiB"}}});
  refused({{"--connections", {"2"}}, {"--threads", {"3"}}});
  EXPECT_NO_THROW(combined({{"--fan-out", {"1"}}, {"--request", {"8"}}, {"--reply", {"48"}}}));
}

TEST(FanOutScenario, CountsEveryConnectionAsADescriptor) {
  const auto needs = fan_out_scenario.descriptors(
      to_json(FanOutParams{.fan_out = 100, .connections = 8, .leaf_delay = {}, .quorum = 100}));
  EXPECT_GE(needs.in_cell, 8u * 101);
  EXPECT_GE(needs.in_load, 8u * 100);
}

TEST(FanOutScenario, UsesSlicesWhereTheyHoldManyAnswers) {
  const auto reason = [](const LeafDelay& delay) {
    return fan_out_scenario.whole_windows(to_json(FanOutParams{.leaf_delay = delay}));
  };
  EXPECT_EQ(reason({}), "");
  EXPECT_EQ(reason({.kind = Kind::exponential, .usual = 200us}), "");
  EXPECT_THAT(reason(bimodal), HasSubstr("10 ms"));
}

TEST(FanOutScenario, DescribesItselfToAPerson) {
  EXPECT_EQ(fan_out_scenario.describe(to_json(FanOutParams{
                .fan_out = 16, .connections = 8, .leaf_delay = exponential, .quorum = 12})),
            "8 connections x 16 leaves, 128 B asked, 128 B replied, delay exp:1ms, quorum 12, "
            "1 event-loop thread");
}

}  // namespace
}  // namespace ringside
