#include "harness/report/compare/changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/run_comparison.hpp"

namespace ringside {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What the head has over the base in one metric, told apart or not.
struct Made {
  double ratio = 1;
  bool significant = false;
  double visible = 1.02;
};

/// One row of CPU figures for each; the other metrics are unknown.
RunComparison comparison_of(const std::vector<Made>& rows) {
  RunComparison comparison;
  for (const Made& made : rows) {
    const std::string name = "backend" + std::to_string(comparison.rows.size() + 1);
    ComparedRow row{.scenario = "echo",
                    .params = {{"connections", 64}},
                    .words = {.operation = "message", .unit = "msg"},
                    .backend = name};
    for (const RunMetric& metric : run_metrics()) {
      FigureComparison figure{.metric = &metric, .base = {}, .head = {}};
      figure.reason = "not measured";
      if (metric.name == "cpu_ns_per_op") {
        figure.ratio = made.ratio;
        figure.low = made.ratio * 0.99;
        figure.high = made.ratio * 1.01;
        figure.p_adjusted = made.significant ? 0.001 : 0.5;
        figure.significant = made.significant;
        figure.smallest_visible_ratio = made.visible;
        figure.reason.clear();
      }
      row.figures.push_back(figure);
    }
    comparison.rows.push_back(row);
  }
  return comparison;
}

std::vector<std::string> texts(const RunComparison& comparison) {
  std::vector<std::string> texts;
  for (const Sentence& sentence : what_changed(comparison)) texts.push_back(sentence.text);
  return texts;
}

TEST(Changes, TheGreatestIsTheFarthestFromOneThatWasToldApart) {
  const auto found = texts(comparison_of({{1.05, true}, {1.5, false}, {1.1, true}, {0.8, true}}));
  EXPECT_THAT(found,
              ElementsAre(HasSubstr("1 better and 2 worse"),
                          HasSubstr("for the worse: CPU per message of backend3 in echo, "
                                    "+10.0 % (head over base 1.100, interval 1.089 to 1.111"),
                          HasSubstr("for the better: CPU per message of backend4"),
                          HasSubstr("CPU +2.0 %"), HasSubstr("20 figures could not")));
}

TEST(Changes, WhereNothingWasToldApartNoRowIsNamed) {
  const auto found = texts(comparison_of({{1.4, false, 1.5}, {1, false, 1.1}}));
  EXPECT_THAT(found,
              ElementsAre(HasSubstr("Nothing was told apart: the intervals of all 2"),
                          HasSubstr("4 times in 5: CPU +50.0 %."), HasSubstr("not measured")));
  for (const std::string& text : found) EXPECT_THAT(text, Not(HasSubstr("backend")));
}

TEST(Changes, WrongDataComesFirstAndCallsForDoubt) {
  RunComparison comparison = comparison_of({{1, false}});
  comparison.wrong_data = true;
  const std::vector<Sentence> found = what_changed(comparison);
  EXPECT_TRUE(found.front().warning);
  EXPECT_THAT(found.front().text, HasSubstr("other bytes"));
  EXPECT_FALSE(found.at(1).warning);
}

TEST(Changes, TheParametersThatTellRowsApartAreNamed) {
  RunComparison comparison = comparison_of({{1, false}, {1.2, true}});
  comparison.rows[1].params = {{"connections", 500}};
  EXPECT_THAT(texts(comparison).at(1), HasSubstr("in echo · connections 500, +20.0 %"));
}

// Whichever of the rows has it.
TEST(Changes, AParameterThatOnlyOneRowHasTellsRowsApart) {
  RunComparison comparison = comparison_of({{1.2, true}, {1, false}});
  comparison.rows[0].params = {{"connections", 64}, {"depth", 2}};
  EXPECT_THAT(texts(comparison).at(1), HasSubstr("in echo · depth 2, +20.0 %"));
}

TEST(Changes, FiguresWithoutAVerdictAreCounted) {
  EXPECT_THAT(texts(comparison_of({{1.2, true}, {1, false}})).front(),
              HasSubstr("Of 12 figures, the head has 0 better and 1 worse; 1 not told apart, "
                        "10 without a verdict."));
}

}  // namespace
}  // namespace ringside
