// What the outside world may do to a copy: the cell says what, where and how to mend it, comes to
// rest, and leaves nothing behind (which the fixture checks).
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

namespace ringside::test {

namespace {

using testing::AllOf;
using testing::HasSubstr;

class FileCopyTrouble : public FileCopyCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyTrouble, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

class FileCopyShrunkSource : public FileCopyTrouble {
 protected:
  void expect_found(std::uint64_t announced, std::uint64_t left) {
    auto manifest = make_sources(folder(), std::array<std::uint64_t, 2>{20'000, announced});
    std::filesystem::resize_file(manifest[1].source, left);
    EXPECT_THAT(failure_of_pass(manifest), AllOf(HasSubstr(manifest[1].source),
                                                 HasSubstr("ended at byte " + std::to_string(left) +
                                                           " of " + std::to_string(announced))));
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyShrunkSource, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

TEST_P(FileCopyShrunkSource, ByOneByte) {
  expect_found(10'000, 9'999);
}

TEST_P(FileCopyShrunkSource, ToABlockBoundary) {
  expect_found(100'000, 8192);
}

TEST_P(FileCopyShrunkSource, ToNothing) {
  expect_found(100'000, 0);
}

TEST_P(FileCopyTrouble, MissingSource) {
  auto manifest = make_sources(folder(), std::vector<std::uint64_t>(100, 5000));
  std::filesystem::remove(manifest[50].source);
  EXPECT_THAT(failure_of_pass(manifest),
              AllOf(HasSubstr(manifest[50].source), HasSubstr("No such file")));
}

TEST_P(FileCopyTrouble, DestinationInAMissingFolder) {
  auto manifest = make_sources(folder(), std::array<std::uint64_t, 3>{5000, 5000, 5000});
  manifest[1].destination = folder() + "/missing/destination";
  EXPECT_THAT(failure_of_pass(manifest),
              AllOf(HasSubstr(manifest[1].destination), HasSubstr("No such file")));
}

TEST_P(FileCopyTrouble, DestinationIsAFolder) {
  auto manifest = make_sources(folder(), std::array<std::uint64_t, 3>{5000, 0, 5000});
  std::filesystem::create_directory(manifest[1].destination);
  EXPECT_THAT(failure_of_pass(manifest),
              AllOf(HasSubstr(manifest[1].destination), HasSubstr("Is a directory")));
}

TEST_P(FileCopyTrouble, NoDescriptorsLeft) {
  const FileToCopy file = make_source(folder(), 5000, 1);
  RunningCopy& copy = start();
  copy_and_check(copy, std::span(&file, 1));
  const DescriptorLimit limit(0);
  std::string failure;
  try {
    copy.copy(std::span(&file, 1));
  } catch (const Error& error) {
    failure = std::string(error.what()) + error.mend();
  }
  EXPECT_THAT(failure, AllOf(HasSubstr(file.source), HasSubstr("ulimit -n")));
}

// Lowers the largest size that this process may give a file, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);  // the default is to end the process
    check(::getrlimit(RLIMIT_FSIZE, &before_), "getrlimit");
    const rlimit lowered{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    check(::setrlimit(RLIMIT_FSIZE, &lowered), "setrlimit");
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

// The limit falls within the only block: its write is short, and only asking for the rest tells
// why.
TEST_P(FileCopyTrouble, DestinationGrowsTooLarge) {
  const FileToCopy file = make_source(folder(), 2 * mebibyte, 1);
  const FileSizeLimit limit(mebibyte + 1000);
  EXPECT_THAT(failure_of_pass(std::span(&file, 1), {.block_bytes = 2 * mebibyte}),
              AllOf(HasSubstr(file.destination), HasSubstr("File too large"), HasSubstr("at byte"),
                    HasSubstr("ulimit -f")));
}

// A file system of so many bytes, in memory, at a folder that exists.
class SmallFileSystem {
 public:
  SmallFileSystem(std::string folder, const std::string& bytes) : folder_(std::move(folder)) {
    mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, ("size=" + bytes).c_str()) == 0;
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;
  ~SmallFileSystem() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }

  bool mounted() const noexcept { return mounted_; }

 private:
  std::string folder_;
  bool mounted_ = false;
};

TEST_P(FileCopyTrouble, DiskFull) {
  const std::string full = folder() + "/full";
  std::filesystem::create_directory(full);
  const SmallFileSystem small(full, "1m");
  if (!small.mounted()) GTEST_SKIP() << "a small file system cannot be mounted here: run as root";
  auto manifest = make_sources(folder(), std::array{3 * mebibyte});
  manifest[0].destination = full + "/destination";
  EXPECT_THAT(failure_of_pass(manifest, {.block_bytes = 3 * mebibyte}),
              AllOf(HasSubstr(manifest[0].destination), HasSubstr("No space left"),
                    HasSubstr("at byte"), HasSubstr("choose another --dir")));
}

}  // namespace

}  // namespace ringside::test
