#include "harness/report/report.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/results/jsonl.hpp"

namespace ringside {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReportFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "ringside-report-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = RunFolder{name};
    JsonlWriter(folder_.trials_jsonl()).append(to_json(skipped_trial()));
  }
  void TearDown() override { fs::remove_all(folder_.path); }

  static Measurement skipped_trial() {
    Measurement trial;
    trial.round = 1;
    trial.scenario = "echo";
    trial.backend = "io, \"uring\"";
    trial.params = {{"connections", 8}};
    trial.status = Status::skipped;
    trial.reason = "refused";
    return trial;
  }
  static std::string content(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  RunFolder folder_;
};

TEST_F(ReportFiles, AreWrittenFromTheTrialsAlone) {
  const Analysis analysis = write_report_files(folder_);
  EXPECT_EQ(content(folder_.summary_csv()), render(analysis, Format::csv));
  EXPECT_EQ(content(folder_.summary_json()), render(analysis, Format::json));
  EXPECT_THAT(content(folder_.summary_csv()), HasSubstr("\n"
                                                        R"(echo,8,"io, ""uring""",false)"));
}

TEST_F(ReportFiles, NothingOfTheDataCanEndItsElementInThePage) {
  Measurement hostile = skipped_trial();
  hostile.backend = "</script><script>&amp;<!--";
  JsonlWriter(folder_.trials_jsonl()).append(to_json(hostile));
  write_report_files(folder_);
  const std::string page = content(folder_.path / "report.html");
  const std::size_t begin = page.find("id=\"data\">");
  ASSERT_NE(begin, std::string::npos);
  const std::string data = page.substr(begin + 10, page.find("</script>", begin) - begin - 10);
  EXPECT_EQ(data.find_first_of("<>&"), std::string::npos);
  const Json run = Json::parse(data)["runs"][0];
  EXPECT_EQ(run["summary"]["groups"][0]["rows"][1]["backend"], hostile.backend);
  EXPECT_TRUE(run["run"].is_null());
  EXPECT_THAT(run["run_reason"].get<std::string>(), HasSubstr("run.json"));
  EXPECT_EQ(run["name"], folder_.path.filename().string());
}

TEST_F(ReportFiles, DamageIsTheFirstFinding) {
  std::ofstream(folder_.trials_jsonl(), std::ios::app) << "{\"sche";
  const Analysis analysis = write_report_files(folder_);
  EXPECT_EQ(analysis.groups.size(), 1u);
  EXPECT_THAT(analysis.findings.front().text, HasSubstr("line 2 is cut off"));
  EXPECT_TRUE(analysis.findings.front().warning);
}

TEST_F(ReportFiles, AMissingFolderIsAnErrorWithAMend) {
  try {
    write_report_files(RunFolder{folder_.path / "absent"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("trials.jsonl"));
    EXPECT_FALSE(error.mend().empty());
  }
}

}  // namespace
}  // namespace ringside
