#include "harness/report/gate/gate_formats.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/gate/gate_result.hpp"

namespace ringside {
namespace {

using testing::HasSubstr;
using testing::Not;

GateRow row_with(Answer answer, const std::string& backend = "epoll") {
  GateRow row;
  row.scenario = "echo";
  row.params = {{"connections", 64}};
  row.backend = backend;
  row.evidence.slowdown.log_ratio = std::log(1.05);
  row.judgement = {.answer = answer, .low = std::log(1.04), .high = std::log(1.06)};
  row.rounds = 6;
  return row;
}

GateResult result_with(std::vector<GateRow> rows) {
  GateResult result;
  result.base = {"old/ringside", "0.1.0"};
  result.head = {"new/ringside", "0.2.0"};
  result.margin = 0.03;
  result.rows = std::move(rows);
  return result;
}

GateRow broken() {
  GateRow row = row_with(Answer::inconclusive);
  row.failed = true;
  row.reason = "head: killed";
  return row;
}

GateRow absent() {
  GateRow row = row_with(Answer::inconclusive);
  row.skipped = true;
  row.reason = "base: no io_uring";
  return row;
}

TEST(GateAnswers, TheWorstCounts) {
  const GateRow pass = row_with(Answer::pass);
  const GateRow regression = row_with(Answer::regression);
  const GateRow open = row_with(Answer::inconclusive);
  const GateRow unstable = row_with(Answer::unstable);
  EXPECT_EQ(overall(result_with({pass, pass})), GateAnswer::pass);
  EXPECT_EQ(overall(result_with({pass, open})), GateAnswer::inconclusive);
  EXPECT_EQ(overall(result_with({open, regression, pass})), GateAnswer::regression);
  EXPECT_EQ(overall(result_with({regression, unstable})), GateAnswer::unstable);
  EXPECT_EQ(overall(result_with({regression, broken()})), GateAnswer::failed);
  EXPECT_EQ(overall(result_with({pass, absent()})), GateAnswer::pass);
  EXPECT_EQ(overall(result_with({absent()})), GateAnswer::failed);
  GateResult wrong = result_with({regression});
  wrong.wrong_data = true;
  EXPECT_EQ(overall(wrong), GateAnswer::wrong_data);
}

TEST(GateAnnotations, AnErrorForEachRegressionAndEachThatBroke) {
  const std::string lines =
      github_annotations(result_with({row_with(Answer::pass), row_with(Answer::regression),
                                      broken(), row_with(Answer::inconclusive)}));
  EXPECT_EQ(std::ranges::count(lines, '\n'), 3);
  EXPECT_THAT(lines, HasSubstr("::error title=ringside gate%3A regression::CPU per operation of "
                               "epoll, echo · connections 64: +5.0 %25 slower"));
  EXPECT_THAT(lines, HasSubstr("::error title=ringside gate%3A failed::"));
  EXPECT_THAT(lines, HasSubstr("::warning title=ringside gate%3A inconclusive::"));
}

TEST(GateAnnotations, DataCannotBecomeACommand) {
  const std::string lines = github_annotations(
      result_with({row_with(Answer::regression, "x\n::set-env name=A::b\r%0A")}));
  // A command begins its line, and ends at the line's end.
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1);
  EXPECT_EQ(std::ranges::count(lines, '\r'), 0);
  EXPECT_TRUE(lines.starts_with("::error "));
  EXPECT_THAT(lines, HasSubstr("%250A"));
}

TEST(GateAnnotations, OnAnUnstableMachineNothingIsAnError) {
  const GateResult result = result_with({row_with(Answer::regression), row_with(Answer::unstable)});
  EXPECT_THAT(github_annotations(result), Not(HasSubstr("::error")));
  EXPECT_THAT(junit_xml(result), HasSubstr("failures=\"0\" errors=\"0\" skipped=\"2\""));
}

TEST(GateJunit, CountsAndEscapes) {
  const std::string text = junit_xml(result_with(
      {row_with(Answer::pass), row_with(Answer::regression, "<\"&>\x01"), broken(), absent()}));
  EXPECT_THAT(text, HasSubstr("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
  EXPECT_THAT(text, HasSubstr("&lt;&quot;&amp;&gt;\xEF\xBF\xBD"));
}

TEST(GatePage, SaysTheAnswerFirst) {
  const std::string text = render(result_with({row_with(Answer::regression)}), Format::table, {});
  EXPECT_TRUE(text.starts_with("! Answer: regression\n"));
  EXPECT_THAT(text, HasSubstr("new/ringside (ringside 0.2.0)"));
}

}  // namespace
}  // namespace ringside
