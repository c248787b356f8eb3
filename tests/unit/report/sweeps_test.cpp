#include "harness/report/analysis/sweeps.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/analysis/analysis.hpp"

namespace ringside {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Two backends, epoll and io_uring; `ratio` is io_uring's throughput over epoll's, significant
/// unless it is 1. CPU per operation is the other way round.
Group group_of(Json params, double ratio, const std::string& scenario = "echo") {
  Group group;
  group.scenario = scenario;
  group.params = std::move(params);
  group.words = {.operation = "message", .unit = "msg", .follows = {{"quorum", "fan_out"}}};
  for (const char* name : {"epoll", "io_uring"}) {
    group.rows.emplace_back();
    group.rows.back().backend = name;
    group.rows.back().ops = 1;
  }
  for (const Metric metric : {Metric::throughput, Metric::cpu_per_op}) {
    const double one = metric == Metric::throughput ? ratio : 1 / ratio;
    Comparison comparison;
    comparison.a = 1;
    comparison.b = 0;
    comparison.metric = metric;
    comparison.ratio = one;
    comparison.low = one * 0.99;
    comparison.high = one * 1.01;
    comparison.significant = ratio != 1;
    group.comparisons.push_back(comparison);
  }
  return group;
}

Json echo_with(int connections, int payload_bytes = 128) {
  return {{"connections", connections}, {"payload_bytes", payload_bytes}, {"rate_per_s", nullptr}};
}

TEST(Sweeps, OneGroupOrTwoThatDifferInTwoParametersAreNone) {
  EXPECT_TRUE(find_sweeps(std::vector{group_of(echo_with(1), 1)}).empty());
  EXPECT_TRUE(
      find_sweeps(std::vector{group_of(echo_with(1), 1), group_of(echo_with(2, 64), 1)}).empty());
  EXPECT_TRUE(
      find_sweeps(std::vector{group_of(echo_with(1), 1), group_of(echo_with(2), 1, "fan_out")})
          .empty());
}

TEST(Sweeps, AGridHasOneForEachLineInOrderOfTheValue) {
  const std::vector<Group> groups = {group_of(echo_with(64), 1), group_of(echo_with(8), 1),
                                     group_of(echo_with(64, 4096), 1),
                                     group_of(echo_with(8, 4096), 1)};
  const std::vector<Sweep> sweeps = find_sweeps(groups);
  ASSERT_EQ(sweeps.size(), 4u);
  EXPECT_EQ(sweeps[0].parameter, "connections");
  EXPECT_THAT(sweeps[0].groups, ElementsAre(1, 0));
  EXPECT_EQ(sweeps[0].fixed["payload_bytes"], 128);
  EXPECT_FALSE(sweeps[0].fixed.contains("connections"));
  EXPECT_THAT(sweeps[1].groups, ElementsAre(3, 2));
  EXPECT_EQ(sweeps[2].parameter, "payload_bytes");
  EXPECT_THAT(sweeps[2].groups, ElementsAre(0, 2));
}

TEST(Sweeps, TheOrderOfTheParametersDoesNotMatter) {
  const Json other_way = {{"rate_per_s", nullptr}, {"payload_bytes", 128}, {"connections", 2}};
  const std::vector<Sweep> sweeps =
      find_sweeps(std::vector{group_of(echo_with(1), 1), group_of(other_way, 1)});
  ASSERT_EQ(sweeps.size(), 1u);
  EXPECT_THAT(sweeps[0].groups, ElementsAre(0, 1));
}

TEST(Sweeps, AQuorumOfAllFollowsTheFanOut) {
  const auto fan_out = [](int k, int quorum) { return Json{{"fan_out", k}, {"quorum", quorum}}; };
  const std::vector<Sweep> all = find_sweeps(
      std::vector{group_of(fan_out(4, 4), 1, "fan_out"), group_of(fan_out(16, 16), 1, "fan_out")});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].parameter, "fan_out");
  EXPECT_TRUE(all[0].fixed.empty());
  EXPECT_TRUE(find_sweeps(std::vector{group_of(fan_out(4, 4), 1, "fan_out"),
                                      group_of(fan_out(16, 8), 1, "fan_out")})
                  .empty());
}

TEST(Sweeps, ACrossoverIsNamedBetweenTheValuesThatShowIt) {
  const std::vector<Group> groups = {group_of(echo_with(8), 0.9), group_of(echo_with(32), 0.95),
                                     group_of(echo_with(64), 1.2)};
  const std::vector<Sweep> sweeps = find_sweeps(groups);
  ASSERT_EQ(sweeps.size(), 1u);
  ASSERT_EQ(sweeps[0].crossovers.size(), 2u);
  const Crossover& throughput = sweeps[0].crossovers[0];
  EXPECT_EQ(throughput.sentence,
            "io_uring overtakes epoll in throughput between 32 and 64 connections");
  EXPECT_EQ(throughput.a, "io_uring");
  EXPECT_EQ(throughput.low_group, 1u);
  EXPECT_EQ(throughput.high_group, 2u);
  EXPECT_DOUBLE_EQ(throughput.at_low.ratio, 0.95);
  EXPECT_DOUBLE_EQ(throughput.at_high.high, 1.2 * 1.01);
  EXPECT_THAT(throughput.details, HasSubstr("-5.0 % (-5.9 % to -4.1 %) at the lower"));
  EXPECT_EQ(sweeps[0].crossovers[1].sentence,
            "io_uring overtakes epoll in CPU per message between 32 and 64 connections");
}

TEST(Sweeps, TheOneWhoOvertakesIsAWhicheverComesFirst) {
  const std::vector<Sweep> sweeps =
      find_sweeps(std::vector{group_of(echo_with(8), 1.25), group_of(echo_with(32), 0.8)});
  const Crossover& crossover = sweeps[0].crossovers[0];
  EXPECT_EQ(crossover.a, "epoll");
  EXPECT_DOUBLE_EQ(crossover.at_low.ratio, 0.8);
  EXPECT_DOUBLE_EQ(crossover.at_low.low, 1 / (1.25 * 1.01));
  EXPECT_DOUBLE_EQ(crossover.at_high.ratio, 1.25);
}

TEST(Sweeps, ValuesThatTellNothingAreSteppedOver) {
  const std::vector<Sweep> sweeps =
      find_sweeps(std::vector{group_of(echo_with(8, 64), 0.9), group_of(echo_with(8, 1024), 1),
                              group_of(echo_with(8, 4096), 1.1)});
  EXPECT_THAT(sweeps[0].crossovers[0].sentence, HasSubstr("between payload 64 B and 4 KiB"));
  EXPECT_TRUE(find_sweeps(std::vector{group_of(echo_with(8), 0.9), group_of(echo_with(32), 1)})[0]
                  .crossovers.empty());
}

TEST(Sweeps, ALowerBoundCrossesNothing) {
  std::vector<Group> groups = {group_of(echo_with(8), 0.9), group_of(echo_with(32), 1.1)};
  groups[1].rows[0].throughput_is_lower_bound = true;
  const std::vector<Sweep> sweeps = find_sweeps(groups);
  ASSERT_EQ(sweeps[0].crossovers.size(), 1u);
  EXPECT_EQ(sweeps[0].crossovers[0].metric, Metric::cpu_per_op);
}

TEST(Sweeps, WordsHaveNoOrderToCross) {
  const auto delay = [](const char* words) { return Json{{"leaf_delay", words}}; };
  const std::vector<Sweep> sweeps =
      find_sweeps(std::vector{group_of(delay("none"), 0.9), group_of(delay("fixed:1ms"), 1.1)});
  ASSERT_EQ(sweeps.size(), 1u);
  EXPECT_THAT(sweeps[0].groups, ElementsAre(0, 1));
  EXPECT_TRUE(sweeps[0].crossovers.empty());
}

}  // namespace
}  // namespace ringside
