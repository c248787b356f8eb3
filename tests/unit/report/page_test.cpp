#include "harness/report/render/page.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/report/analysis/analysis.hpp"

namespace ringside {
namespace {

using std::chrono::nanoseconds;

StoredHistogram times_of(int samples, nanoseconds each) {
  Histogram histogram;
  for (int i = 0; i < samples; ++i) histogram.record(each);
  return histogram;
}

/// Rows named a, b, … with these latencies, of one round each.
Analysis analysis_of(const std::vector<StoredHistogram>& latencies) {
  std::vector<Measurement> trials;
  for (const StoredHistogram& latency : latencies) {
    Measurement& trial = trials.emplace_back();
    trial.round = 1;
    trial.scenario = "echo";
    trial.backend = static_cast<char>('a' + static_cast<char>(trials.size() - 1));
    trial.baseline = trials.size() == 1;
    trial.params = {{"connections", 8}};
    trial.ops = latency.count();
    trial.elapsed_ns = 1'000'000'000;
    trial.latency = latency;
  }
  return analyse(trials);
}

const Column& column(const Table& table, const std::string& name) {
  return *std::ranges::find(table.columns, name, &Column::name);
}

/// What a row has in a column.
std::string cell(const Table& table, std::size_t row, const std::string& name) {
  const auto at = &column(table, name) - table.columns.data();
  return table.rows.at(row).at(static_cast<std::size_t>(at)).text;
}

TEST(Page, TheUnitOfLatencyIsThatOfWhatThereIs) {
  // A p99 needs 1,000 operations, a p50 20.
  const Table table =
      make_page(analysis_of({times_of(100, nanoseconds(10'715'135))})).sections.at(0).tables.at(0);
  EXPECT_EQ(column(table, "p50").unit, "ms");
  EXPECT_EQ(cell(table, 0, "p50"), "10.7");
  EXPECT_EQ(cell(table, 0, "p99"), "—");
}

TEST(Page, ARowWithoutAnyPercentileLeavesTheUnitToItsMean) {
  const Table table =
      make_page(analysis_of({times_of(5, nanoseconds(3'000'000))})).sections.at(0).tables.at(0);
  EXPECT_EQ(column(table, "p50").unit, "ms");
  EXPECT_EQ(cell(table, 0, "p50"), "—");
}

TEST(Page, TheScenariosOwnTimesHaveTheirUnitTheSameWay) {
  Analysis analysis = analysis_of({times_of(100, nanoseconds(5000))});
  Row& row = analysis.groups[0].rows[0];
  row.times["few"] = times_of(5, nanoseconds(7'000'000));
  row.times["some"] = times_of(50, nanoseconds(7'000));
  const Table times = make_page(analysis).sections.at(0).tables.at(1);
  EXPECT_EQ(column(times, "few").unit, "p50 ms");
  EXPECT_EQ(column(times, "some").unit, "p50 µs");
}

TEST(Page, FiguresThatAreTimesHaveAUnitThatReadsWell) {
  Analysis analysis = analysis_of({times_of(100, nanoseconds(5000))});
  Row& row = analysis.groups[0].rows[0];
  row.figures["fsync_ns_per_pass"] = 10'715'135.0;
  row.figures["late_replies_per_op"] = 1.5;
  row.figures["none_ns_per_op"] = Measured<double>::unknown("not asked for");
  const Table figures = make_page(analysis).sections.at(0).tables.at(1);
  EXPECT_EQ(column(figures, "fsync").unit, "ms/pass");
  EXPECT_EQ(cell(figures, 0, "fsync"), "10.7");
  EXPECT_EQ(column(figures, "late replies").unit, "/op");
  EXPECT_EQ(cell(figures, 0, "none"), "—");
}

// A row of which too few rounds are known stands behind those that are ranked, however fast it was.
TEST(Page, RowsWithoutARankStandBehindThoseThatHaveOne) {
  Analysis analysis = analysis_of({times_of(100, nanoseconds(5000)), times_of(90, nanoseconds(5)),
                                   times_of(500, nanoseconds(50))});
  analysis.groups[0].rows[0].rank = 1;
  analysis.groups[0].rows[1].rank = 2;
  const Table table = make_page(analysis).sections.at(0).tables.at(0);
  EXPECT_EQ(cell(table, 0, "backend"), "a");
  EXPECT_EQ(cell(table, 2, "backend"), "c");
}

}  // namespace
}  // namespace ringside
