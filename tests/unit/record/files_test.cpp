#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/record/run_folder.hpp"

namespace ringside {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "ringside-files-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static void append(const fs::path& path, std::string_view text) {
    std::ofstream(path, std::ios::app) << text;
  }
  std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

/// Makes files longer than `bytes` impossible for as long as it lives: a full disk in small.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

Measurement small_trial(int round) {
  Measurement trial;
  trial.round = round;
  trial.scenario = "echo";
  trial.backend = "epoll";
  trial.params = Json::object();
  trial.status = Status::skipped;
  trial.reason = "absent";
  return trial;
}

TEST_F(Files, AnAtomicWriteReplacesTheFileAndLeavesNothingElse) {
  const fs::path path = folder_ / "summary.csv";
  write_file_atomically(path, "old");
  write_file_atomically(path, "new\n");
  EXPECT_EQ(content(path), "new\n");
  EXPECT_EQ(entries(), 1);
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_NE(facts.st_mode & S_IRUSR, 0u);
}

TEST_F(Files, AFailedAtomicWriteKeepsTheOldFile) {
  const fs::path path = folder_ / "summary.json";
  write_file_atomically(path, "old");
  {
    const FileSizeLimit limit(1000);
    EXPECT_THROW(write_file_atomically(path, std::string(5000, 'x')), Error);
  }
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Files, WhatAKilledCommandHasLeftIsRemovedAndNothingElse) {
  const char* const others[] = {"a.csv.ringside-unfinished-abc12",
                                "a.csv.ringside-unfinished-abc1234",
                                "a.csv.ringside-unfinished-abc1-3",
                                ".ringside-unfinished-abc123",
                                "ringside-abc123",
                                "a.csv.abc123",
                                "a.csv"};
  for (const char* name : others) append(folder_ / name, "mine");
  const char* const left = "a.csv.ringside-unfinished-aZ0bc9";
  append(folder_ / left, "half");
  fs::create_directory(folder_ / "folder.ringside-unfinished-abc123");
  fs::create_symlink("a.csv", folder_ / "link.ringside-unfinished-abc123");
  ASSERT_EQ(::mkfifo((folder_ / "pipe.ringside-unfinished-abc123").c_str(), 0600), 0);
  const auto before = entries();
  {
    const UniqueFd writer(::open((folder_ / left).c_str(), O_RDONLY));
    ASSERT_EQ(::flock(writer.get(), LOCK_EX), 0);
    remove_left_over_files(folder_);
    EXPECT_EQ(entries(), before);
  }
  remove_left_over_files(folder_);
  EXPECT_EQ(entries(), before - 1);
  EXPECT_FALSE(fs::exists(folder_ / left));
  remove_left_over_files(folder_ / "absent");
}

TEST_F(Files, ANameMayBeAsLongAsTheFileSystemAllows) {
  write_file_atomically(folder_ / std::string(255, 'n'), "text");
  EXPECT_EQ(content(folder_ / std::string(255, 'n')), "text");
  EXPECT_EQ(entries(), 1);
  EXPECT_THROW(write_file_atomically(folder_ / std::string(256, 'n'), "text"), Error);
}

TEST_F(Files, WritingRemovesWhatAnotherWriteHasLeftInThatFolder) {
  append(folder_ / "summary.csv.ringside-unfinished-abc123", "half");
  write_file_atomically(folder_ / "report.html", "page");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Files, WhatIsBeingWrittenIsNotTakenForLeftOver) {
  std::atomic<bool> done = false;
  std::jthread remover([&] {
    while (!done) remove_left_over_files(folder_);
  });
  for (int i = 0; i < 300; ++i) {
    EXPECT_NO_THROW(write_file_atomically(folder_ / "summary.csv", "text"));
  }
  done = true;
}

TEST_F(Files, AnAtomicWriteIntoNoFolderSaysWhere) {
  try {
    write_file_atomically(folder_ / "absent" / "x", "y");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("absent/x"));
  }
}

TEST_F(Files, ADeviceOrAPipeIsWrittenToAndStays) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const UniqueFd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
  write_file_atomically(pipe, "text");
  std::array<char, 8> read{};
  EXPECT_EQ(::read(reader.get(), read.data(), read.size()), 4);
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_THROW(write_file_atomically("/dev/full", "text"), Error);
}

TEST_F(Files, WhatWasMeasuredIsNoOutput) {
  const fs::path trials = folder_ / "trials.jsonl";
  const fs::path named_otherwise = folder_ / "old";
  append(trials, "x");
  append(named_otherwise, "x");
  fs::create_symlink(named_otherwise, folder_ / "link");
  EXPECT_THROW(require_no_measurements(trials, {}), Error);
  EXPECT_THROW(require_no_measurements(named_otherwise, {named_otherwise.string()}), Error);
  EXPECT_THROW(require_no_measurements(folder_ / "link", {named_otherwise.string()}), Error);
  EXPECT_NO_THROW(require_no_measurements(named_otherwise, {folder_.string()}));
  EXPECT_NO_THROW(require_no_measurements(folder_ / "new", {folder_.string()}));
}

TEST_F(Files, WhatIsNoFileIsNotRead) {
  ASSERT_EQ(::mkfifo((folder_ / "trials.jsonl").c_str(), 0600), 0);
  EXPECT_THAT([&] { read_trials(RunFolder{folder_}); },
              ThrowsMessage<Error>(HasSubstr("a device or a pipe")));
  EXPECT_THROW(read_trials_file("/dev/zero"), Error);
}

TEST_F(Files, AFullDiskIsAnErrorWithAMend) {
  try {
    JsonlWriter("/dev/full").append(Json{{"a", 1}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/dev/full"));
    EXPECT_THAT(error.mend(), HasSubstr("free space"));
  }
}

TEST_F(Files, ALineThatDoesNotFitIsTakenBack) {
  const fs::path path = folder_ / "trials.jsonl";
  JsonlWriter writer(path);
  writer.append(Json{{"a", 1}});
  {
    const FileSizeLimit limit(100);
    EXPECT_THROW(writer.append(Json{{"b", std::string(500, 'x')}}), Error);
  }
  EXPECT_EQ(content(path), "{\"a\":1}\n");
  writer.append(Json{{"c", 2}});
  EXPECT_EQ(content(path), "{\"a\":1}\n{\"c\":2}\n");
}

TEST_F(Files, TheDefaultNameSortsByTimeAndIsSafe) {
  const auto start = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
                     std::chrono::hours(13) + std::chrono::minutes(15);
  EXPECT_EQ(default_folder_name(start, "build-7.lan"), "20261123T131500Z-build-7.lan");
  EXPECT_EQ(default_folder_name(start, "../a b/\n"), "20261123T131500Z-..ab");
  EXPECT_EQ(default_folder_name(start, ""), "20261123T131500Z-unnamed");
}

TEST_F(Files, AFolderIsMadeOnceAndNotUsedTwice) {
  const fs::path path = folder_ / "results" / "one";
  const RunFolder made = claim_run_folder(path).folder;
  EXPECT_NO_THROW(claim_run_folder(path)) << "nothing was measured in it yet";
  JsonlWriter(made.trials_jsonl()).append(to_json(small_trial(1)));
  try {
    claim_run_folder(path);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("already holds a run"));
    EXPECT_FALSE(error.mend().empty());
  }
}

TEST_F(Files, AFolderBelongsToOneRunAtATime) {
  const fs::path path = folder_ / "one";
  const ClaimedFolder claimed = claim_run_folder(path);
  EXPECT_THAT([&] { claim_run_folder(path); },
              ThrowsMessage<Error>(HasSubstr("is being used by another run")));
}

TEST_F(Files, ANewFolderIsAlwaysAnother) {
  const fs::path path = folder_ / "results" / "time-host";
  for (const char* name : {"time-host", "time-host-2", "time-host-3"}) {
    // Whether or not the run that has the name lives: what it left is not mixed with another's.
    EXPECT_EQ(claim_new_run_folder(path).folder.name(), name);
  }
  append(folder_ / "file", "x");
  EXPECT_EQ(claim_new_run_folder(folder_ / "file").folder.name(), "file-2");
  EXPECT_THROW(claim_new_run_folder("/proc/ringside"), Error);
}

TEST_F(Files, AFolderWithFilesOfARunIsNotUsed) {
  for (const char* name : {"run.json", "summary.json", "report.html", "gate.json", "junit.xml"}) {
    const fs::path path = folder_ / name;
    fs::create_directory(path);
    append(path / name, "somebody's");
    EXPECT_THAT([&] { claim_run_folder(path); }, ThrowsMessage<Error>(HasSubstr(name)));
    EXPECT_EQ(content(path / name), "somebody's");
  }
  fs::create_directory(folder_ / "notes");
  append(folder_ / "notes" / "notes.txt", "mine");
  EXPECT_NO_THROW(claim_run_folder(folder_ / "notes"));
}

TEST_F(Files, AFolderThatIsGivenUpIsAsItWasBefore) {
  const fs::path made = folder_ / "made";
  claim_run_folder(made).give_up();
  EXPECT_FALSE(fs::exists(made));
  fs::create_directory(made);
  claim_run_folder(made).give_up();
  EXPECT_TRUE(fs::is_empty(made));
}

TEST_F(Files, AFolderThatCannotBeMadeIsAnErrorWithAMend) {
  append(folder_ / "file", "x");
  try {
    claim_run_folder(folder_ / "file" / "below");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("below"));
    EXPECT_THAT(error.mend(), HasSubstr("--output"));
  }
  EXPECT_THROW(claim_run_folder(folder_ / "file"), Error);
  EXPECT_THROW(claim_run_folder("/proc/ringside"), Error);
}

TEST_F(Files, TrialsAreReadUpToTheDamage) {
  const RunFolder folder = claim_run_folder(folder_ / "run").folder;
  JsonlWriter writer(folder.trials_jsonl());
  for (int round = 1; round <= 3; ++round) writer.append(to_json(small_trial(round)));
  EXPECT_EQ(read_trials(folder).trials.size(), 3u);
  EXPECT_EQ(read_trials(folder).warning, "");
  append(folder.trials_jsonl(), R"({"schema":"ringside.tri)");
  const TrialsRead cut = read_trials(folder);
  EXPECT_EQ(cut.trials.size(), 3u);
  EXPECT_THAT(cut.warning, HasSubstr("line 4 is cut off"));
  append(folder.trials_jsonl(), "\n" + to_line(to_json(small_trial(5))) + "\n");
  const TrialsRead damaged = read_trials(folder);
  EXPECT_EQ(damaged.trials.size(), 3u);
  EXPECT_THAT(damaged.warning, HasSubstr("line 4 is no JSON"));
}

TEST_F(Files, ALineOfAnotherFormIsNamed) {
  const RunFolder folder = claim_run_folder(folder_ / "run").folder;
  append(folder.trials_jsonl(), "{\"schema\":\"ringside.trial/2\"}\n");
  EXPECT_THAT(read_trials(folder).warning, HasSubstr("line 1: schema must be"));
  EXPECT_THROW(read_trials(RunFolder{folder_ / "absent"}), Error);
}

TEST_F(Files, ALineLongerThanAnyOfOursIsNamedAndNotRead) {
  const RunFolder folder = claim_run_folder(folder_ / "run").folder;
  JsonlWriter(folder.trials_jsonl()).append(to_json(small_trial(1)));
  append(folder.trials_jsonl(), "{\"x\":\"" + std::string(std::size_t{17} << 20, 'y') + "\"}\n");
  JsonlWriter(folder.trials_jsonl()).append(to_json(small_trial(2)));
  const TrialsRead read = read_trials(folder);
  EXPECT_EQ(read.trials.size(), 1u);
  EXPECT_THAT(read.warning, HasSubstr("line 2: longer than 16 MiB"));
}

// An object's members are found one after the other: a million of them would take hours.
TEST_F(Files, AnObjectWithMoreMembersThanAnyOfOursIsNamed) {
  const RunFolder folder = claim_run_folder(folder_ / "run").folder;
  std::string members = "\"m\":0";
  for (int i = 0; i < 600; ++i) members += ",\"m" + std::to_string(i) + "\":0";
  append(folder.trials_jsonl(), "{" + members + "}\n");
  EXPECT_THAT(read_trials(folder).warning, HasSubstr("line 1: a JSON object with more than 512"));
}

TEST_F(Files, RoundsThatAreThereTwiceAreNamed) {
  const RunFolder folder = claim_run_folder(folder_ / "run").folder;
  JsonlWriter writer(folder.trials_jsonl());
  Measurement trial = small_trial(1);
  trial.params = {{"connections", 1}, {"threads", 2}};
  writer.append(to_json(trial));
  trial.round = 2;
  writer.append(to_json(trial));
  EXPECT_EQ(read_trials(folder).warning, "");
  trial.params = {{"threads", 2}, {"connections", 1}};
  writer.append(to_json(trial));
  EXPECT_THAT(read_trials(folder).warning, HasSubstr("line 3 repeats a round"));
  trial.round = 1;
  writer.append(to_json(trial));
  append(folder.trials_jsonl(), "{");
  EXPECT_THAT(read_trials(folder).warning,
              AllOf(HasSubstr("line 5 is cut off"), HasSubstr("line 3 and 1 more repeat")));
}

TEST_F(Files, RunJsonIsCheckedForItsSchema) {
  const RunFolder folder = claim_run_folder(folder_ / "run").folder;
  EXPECT_THROW(read_run_json(folder), Error);
  write_file_atomically(folder.run_json(), R"({"schema":"ringside.run/1","seed":7})");
  EXPECT_EQ(read_run_json(folder)["seed"], 7);
  for (const char* wrong : {"{", "[]", R"({"schema":"other"})", "{}"}) {
    write_file_atomically(folder.run_json(), wrong);
    EXPECT_THROW(read_run_json(folder), Error) << wrong;
  }
}

}  // namespace
}  // namespace ringside
