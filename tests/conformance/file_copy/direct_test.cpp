// Past the page cache, where the file system takes it.
#include <fcntl.h>

#include <array>
#include <cerrno>

#include <gtest/gtest.h>

#include "base/fd.hpp"
#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

namespace ringside::test {

namespace {

CopyOptions direct() {
  return {.source_flags = O_RDONLY | O_DIRECT, .destination_flags = O_WRONLY | O_CREAT | O_DIRECT};
}

class FileCopyDirect : public FileCopyCellTest {
 protected:
  void SetUp() override {
    FileCopyCellTest::SetUp();
    const FileToCopy probe = make_source(folder(), 4096, 1000);
    const UniqueFd opened(::open(probe.source.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
    if (!opened && errno == EINVAL)
      GTEST_SKIP() << "the file system of " << folder() << " does not take O_DIRECT";
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyDirect, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

TEST_P(FileCopyDirect, WholeBlocks) {
  const auto manifest =
      make_sources(folder(), std::array<std::uint64_t, 5>{0, 4096, 8192, 409'600, 65'536});
  RunningCopy& copy = start(direct());
  for (int pass = 0; pass < 3; ++pass) copy_and_check(copy, manifest);
}

TEST_P(FileCopyDirect, LastBlockIsShorter) {
  CopyOptions options = direct();
  options.block_bytes = 65'536;
  copy_and_check(start(options),
                 make_sources(folder(), std::array<std::uint64_t, 2>{4096, 65'536 + 8192}));
}

// Some file systems take it all the same: then it has to be right.
TEST_P(FileCopyDirect, SizeOffTheGridIsCopiedOrRefused) {
  const FileToCopy file = make_source(folder(), 10'001, 1);
  const std::string failure = failure_of_pass(std::span(&file, 1), direct());
  if (failure == "no failure") {
    check_copied(std::span(&file, 1));
  } else {
    EXPECT_NE(failure.find(folder()), std::string::npos) << failure;
    EXPECT_NE(failure.find("--direct"), std::string::npos) << failure;
  }
}

}  // namespace

}  // namespace ringside::test
