// What file_copy leaves on the disk, and what it takes away again.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"
#include "scenarios/file_copy/data_folder.hpp"
#include "scenarios/file_copy/data_set.hpp"
#include "scenarios/file_copy/file_system.hpp"
#include "tests/support/copy_tree.hpp"

namespace ringside {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

bool has_nothing(const fs::path& folder) {
  return fs::directory_iterator(folder) == fs::directory_iterator();
}

/// A folder as a run that was killed leaves it: with the marker, without the lock.
fs::path left_over(const fs::path& parent, const std::string& name, const char* marker) {
  const fs::path folder = parent / name;
  fs::create_directories(folder / "1x16" / "source-a");
  std::ofstream(folder / marker) << "";
  std::ofstream(folder / "1x16" / "source-a" / "000000") << "left";
  return folder;
}

TEST(DataFolder, GoesWithAllThatIsInIt) {
  const test::TemporaryFolder parent;
  {
    const DataFolder folder(parent.path());
    fs::create_directories(folder.path() / "a" / "b");
    std::ofstream(folder.path() / "a" / "b" / "c") << "text";
    EXPECT_FALSE(has_nothing(parent.path()));
  }
  EXPECT_TRUE(has_nothing(parent.path()));
}

TEST(DataFolder, RemovesWhatAKilledRunHasLeft) {
  const test::TemporaryFolder parent;
  const fs::path left = left_over(parent.path(), "ringside-abc123", ".ringside-data");
  const DataFolder folder(parent.path());
  EXPECT_FALSE(fs::exists(left));
}

TEST(DataFolder, LeavesAloneWhatMayBeSomebodyElses) {
  const test::TemporaryFolder parent;
  const fs::path unmarked = left_over(parent.path(), "ringside-abc123", "notes");
  const fs::path otherwise_named = left_over(parent.path(), "ringside-mine", ".ringside-data");
  const fs::path in_use = left_over(parent.path(), "ringside-xyz789", ".ringside-data");
  const UniqueFd lock(::open(in_use.c_str(), O_RDONLY | O_DIRECTORY));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const test::TemporaryFolder elsewhere;
  const fs::path target = left_over(elsewhere.path(), "ringside-abc123", ".ringside-data");
  fs::create_directory_symlink(target, fs::path(parent.path()) / "ringside-linked");

  const DataFolder folder(parent.path());
  for (const fs::path& path : {unmarked, otherwise_named, in_use, target}) {
    EXPECT_TRUE(fs::exists(path / "1x16" / "source-a" / "000000")) << path;
  }
}

TEST(DataFolder, TellsOneThatWasJustMadeFromAnEmptyOneOfSomebodyElse) {
  const test::TemporaryFolder parent;
  const fs::path just_made = fs::path(parent.path()) / "ringside-abc123";
  const fs::path for_results = fs::path(parent.path()) / "ringside-output";
  for (const fs::path& path : {just_made, for_results}) fs::create_directory(path);
  fs::permissions(just_made, fs::perms::owner_all);
  fs::permissions(for_results, fs::perms::owner_all | fs::perms::group_read);
  const DataFolder folder(parent.path());
  EXPECT_FALSE(fs::exists(just_made));
  EXPECT_TRUE(fs::exists(for_results));
}

/// Folders are entered where $TMPDIR says, here for one test alone.
class Register : public testing::Test {
 protected:
  void SetUp() override {
    const char* const before = std::getenv("TMPDIR");
    if (before != nullptr) before_ = before;
    ::setenv("TMPDIR", temporary_.path().c_str(), 1);
  }
  void TearDown() override {
    if (before_)
      ::setenv("TMPDIR", before_->c_str(), 1);
    else
      ::unsetenv("TMPDIR");
  }
  fs::path entries() const {
    return fs::path(temporary_.path()) / ("ringside-" + std::to_string(::geteuid()));
  }

  const test::TemporaryFolder temporary_;
  const test::TemporaryFolder parent_;

 private:
  std::optional<std::string> before_;
};

TEST_F(Register, HasAFolderForAsLongAsItIsThere) {
  {
    const DataFolder folder(parent_.path());
    ASSERT_FALSE(has_nothing(entries()));
    EXPECT_EQ(fs::read_symlink(fs::directory_iterator(entries())->path()), folder.path());
    remove_left_over_data();
    EXPECT_TRUE(fs::exists(folder.path())) << "its run lives";
    EXPECT_FALSE(has_nothing(entries()));
  }
  EXPECT_TRUE(has_nothing(temporary_.path()));
}

TEST_F(Register, TellsTheNextRunWhatAKilledOneHasLeftElsewhere) {
  const fs::path left = left_over(parent_.path(), "ringside-abc123", ".ringside-data");
  const fs::path unmarked = left_over(parent_.path(), "ringside-abc456", "notes");
  ASSERT_EQ(::mkdir(entries().c_str(), 0700), 0);
  fs::create_symlink(left, entries() / "1");
  fs::create_symlink(unmarked, entries() / "2");
  fs::create_symlink(fs::path(parent_.path()) / "ringside-gone00", entries() / "3");
  remove_left_over_data();
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(unmarked / "notes"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(entries() / "1")));
  EXPECT_FALSE(fs::exists(fs::symlink_status(entries() / "3")));
}

TEST_F(Register, ThatSomebodyElseMayWriteToIsNotUsed) {
  const fs::path left = left_over(parent_.path(), "ringside-abc123", ".ringside-data");
  ASSERT_EQ(::mkdir(entries().c_str(), 0700), 0);
  ASSERT_EQ(::chmod(entries().c_str(), 0777), 0);
  fs::create_symlink(left, entries() / "1");
  remove_left_over_data();
  EXPECT_TRUE(fs::exists(left));
  const test::TemporaryFolder other;
  const DataFolder folder(other.path());
  EXPECT_EQ(std::distance(fs::directory_iterator(entries()), fs::directory_iterator()), 1);
}

TEST(DataFolder, OfALivingRunIsLeftAloneByTheNext) {
  const test::TemporaryFolder parent;
  const DataFolder first(parent.path());
  const DataFolder second(parent.path());
  EXPECT_TRUE(fs::exists(first.path()));
}

TEST(DataFolder, SaysWhereItCannotBeMade) {
  EXPECT_THAT([] { DataFolder("/nowhere/at/all"); },
              ThrowsMessage<Error>(HasSubstr("/nowhere/at/all")));
}

/// Files in a folder of their own.
struct Files {
  explicit Files(const FileCopyParams& params = {.set = {.files = 2, .file_bytes = 5000}})
      : set(folder.path() + "/set", params, 1) {}

  test::Bytes read(const fs::path& where, const char* name = "000000") const {
    return test::read_file(where / name);
  }

  test::TemporaryFolder folder;
  StopSignal interrupt;
  DataSet set;
};

TEST(DataSet, HasTwoSourcesThatDifferAndDestinationsThatAreNeither) {
  Files files;
  files.set.prepare(2, 1, files.interrupt);
  const auto first = files.read(files.set.source(0)), second = files.read(files.set.source(1));
  EXPECT_EQ(first.size(), 5000u);
  EXPECT_NE(first, second);
  EXPECT_NE(first, files.read(files.set.source(0), "000001"));
  for (std::size_t target = 0; target < 2; ++target) {
    const auto destination = files.read(files.set.destination(target));
    EXPECT_EQ(destination.size(), 5000u);
    EXPECT_NE(destination, first);
    EXPECT_NE(destination, second);
  }
}

TEST(DataSet, KeepsWhatItHasWhenMoreIsNeeded) {
  Files files;
  files.set.prepare(1, 1, files.interrupt);
  const auto before = fs::last_write_time(files.set.source(0) / "000000");
  files.set.prepare(3, 1, files.interrupt);
  EXPECT_EQ(fs::last_write_time(files.set.source(0) / "000000"), before);
  EXPECT_TRUE(fs::exists(files.set.destination(2) / "000001"));
}

TEST(DataSet, TakesTheSourcesInTurnForEachTarget) {
  Files files;
  files.set.prepare(2, 1, files.interrupt);
  EXPECT_EQ(files.set.take_source(0), 0u);
  EXPECT_EQ(files.set.take_source(0), 1u);
  EXPECT_EQ(files.set.take_source(1), 0u);
  EXPECT_EQ(files.set.take_source(0), 0u);
}

TEST(DataSet, GivesATargetOtherDestinationsInOtherRounds) {
  Files files;
  std::array<std::set<fs::path>, 3> had;
  for (std::uint64_t round = 0; round < 50; ++round) {
    files.set.prepare(had.size(), round, files.interrupt);
    std::set<fs::path> dealt;
    for (std::size_t target = 0; target < had.size(); ++target) {
      had[target].insert(files.set.destination(target));
      dealt.insert(files.set.destination(target));
    }
    EXPECT_EQ(dealt.size(), had.size()) << "two targets share a destination";
  }
  for (const auto& destinations : had) EXPECT_EQ(destinations.size(), had.size());
}

TEST(DataSet, TakesTheOtherSourceForADestinationThatChangesHands) {
  Files files;
  std::map<fs::path, std::size_t> next;  // of each destination, from 0
  for (std::uint64_t round = 0; round < 20; ++round) {
    files.set.prepare(2, round, files.interrupt);
    // Only one target copies: its turns are not those of the destinations that it is dealt.
    std::size_t& expected = next[files.set.destination(0)];
    EXPECT_EQ(files.set.take_source(0), expected);
    expected = 1 - expected;
  }
  EXPECT_EQ(next.size(), 2u);
}

TEST(DataSet, LeavesFreshDestinationsToBeMade) {
  Files files({.set = {.files = 2, .file_bytes = 10}, .destination = Destination::fresh});
  files.set.prepare(1, 1, files.interrupt);
  EXPECT_TRUE(has_nothing(files.set.destination(0)));
}

TEST(DataSet, SaysHowMuchRoomIsNeededBeforeItWritesAnything) {
  Files files({.set = {.files = 1, .file_bytes = std::uint64_t{1} << 42}});
  EXPECT_THAT([&] { files.set.prepare(1, 1, files.interrupt); },
              ThrowsMessage<Unavailable>(HasSubstr("the files need 12582913 MiB")));
  EXPECT_FALSE(fs::exists(files.set.source(0)));
}

TEST(DataSet, EndsWhenTheUserDoes) {
  Files files;
  files.interrupt.raise();
  EXPECT_THROW(files.set.prepare(1, 1, files.interrupt), Interrupted);
}

TEST(FileSystem, IsNamed) {
  EXPECT_EQ(file_system_of("/proc/self").type, "proc");
  EXPECT_FALSE(file_system_of("/proc/self").options.empty());
  EXPECT_FALSE(file_system_of("/").type.empty());
  EXPECT_TRUE(file_system_of("/nowhere").type.empty());
}

TEST(FileSystem, ThatCannotBeWrittenToIsRefused) {
  const auto refused = [](const char* directory, const char* says) {
    EXPECT_THAT([&] { require_writable_directory(directory); },
                ThrowsMessage<Error>(HasSubstr(says)));
  };
  refused("/nowhere", "--dir /nowhere: No such file");
  refused("/proc/self/status", "Not a directory");
  const test::TemporaryFolder folder;
  EXPECT_NO_THROW(require_writable_directory(folder.path()));
}

}  // namespace
}  // namespace ringside
