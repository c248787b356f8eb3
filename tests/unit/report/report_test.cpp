#include "harness/report/render/report.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/record/jsonl.hpp"

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
  std::vector<Error> unwritten_;
};

TEST_F(ReportFiles, AreWrittenFromTheTrialsAlone) {
  const Analysis analysis = write_report_files(folder_, unwritten_);
  EXPECT_EQ(content(folder_.summary_csv()), render(analysis, Format::csv));
  EXPECT_EQ(content(folder_.summary_json()), render(analysis, Format::json));
  EXPECT_THAT(content(folder_.summary_csv()), HasSubstr("\n"
                                                        R"(echo,8,"io, ""uring""",false)"));
}

TEST_F(ReportFiles, NothingOfTheDataCanEndItsElementInThePage) {
  Measurement hostile = skipped_trial();
  hostile.backend = "</script><script>&amp;<!--";
  JsonlWriter(folder_.trials_jsonl()).append(to_json(hostile));
  write_report_files(folder_, unwritten_);
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
  const Analysis analysis = write_report_files(folder_, unwritten_);
  EXPECT_EQ(analysis.groups.size(), 1u);
  EXPECT_THAT(analysis.findings.front().text, HasSubstr("line 2 is cut off"));
  EXPECT_TRUE(analysis.findings.front().warning);
}

TEST_F(ReportFiles, AMissingFolderIsAnErrorWithAMend) {
  try {
    write_report_files(RunFolder{folder_.path / "absent"}, unwritten_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("trials.jsonl"));
    EXPECT_FALSE(error.mend().empty());
  }
}

TEST_F(ReportFiles, OneThatCannotBeWrittenKeepsNoneOfTheOthersBack) {
  fs::create_directory(folder_.trials_csv());
  write_report_files(folder_, unwritten_);
  ASSERT_EQ(unwritten_.size(), 1u);
  EXPECT_THAT(unwritten_.front().what(), HasSubstr("trials.csv"));
  for (const fs::path& file : folder_.made_files()) EXPECT_TRUE(fs::exists(file)) << file;
}

TEST_F(ReportFiles, AnOldRunHasTrialsAndARecordThatCanBeRead) {
  EXPECT_EQ(read_old_run(folder_).read.trials.size(), 1u) << "a run.json is not needed";
  std::ofstream(folder_.run_json()) << "{\"sch";
  EXPECT_THROW(read_old_run(folder_), Error);
  fs::remove(folder_.run_json());
  fs::create_symlink("nowhere", folder_.run_json());
  EXPECT_THROW(read_old_run(folder_), Error);
  fs::remove(folder_.run_json());
  for (const char* trials : {"", "{\"schema\":\"ringside.trial/9\"}\n", "version https://…\n"}) {
    std::ofstream(folder_.trials_jsonl()) << trials;
    EXPECT_THROW(read_old_run(folder_), Error) << trials;
  }
}

TEST_F(ReportFiles, AreNotReplacedByOnesWithLessInThem) {
  Measurement second = skipped_trial();
  second.round = 2;
  JsonlWriter(folder_.trials_jsonl()).append(to_json(second));
  write_report_files(folder_, unwritten_);
  EXPECT_NO_THROW(require_nothing_is_lost(folder_, read_old_run(folder_)));
  fs::remove(folder_.trials_jsonl());
  JsonlWriter(folder_.trials_jsonl()).append(to_json(skipped_trial()));
  // summary.csv has a line for both rounds, and nothing of it would be lost.
  for (const fs::path& kept :
       {folder_.summary_json(), folder_.report_html(), folder_.trials_csv()}) {
    for (const fs::path& file : folder_.made_files()) {
      if (file != kept) fs::rename(file, file.string() + ".away");
    }
    try {
      require_nothing_is_lost(folder_, read_old_run(folder_));
      ADD_FAILURE() << kept;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(kept.filename().string()));
      EXPECT_THAT(error.mend(), HasSubstr("--force"));
    }
    for (const fs::path& file : folder_.made_files()) {
      if (file != kept) fs::rename(file.string() + ".away", file);
    }
  }
}

}  // namespace
}  // namespace ringside
