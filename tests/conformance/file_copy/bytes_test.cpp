// Every byte arrives where it belongs, whatever the sizes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

namespace ringside::test {

namespace {

class FileCopyBytes : public FileCopyCellTest {
 protected:
  void copy_sizes(std::span<const std::uint64_t> sizes, CopyOptions options = {}) {
    copy_and_check(start(std::move(options)), make_sources(folder(), sizes));
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyBytes, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

TEST_P(FileCopyBytes, EmptyFile) {
  copy_sizes(std::array<std::uint64_t, 1>{0});
}

TEST_P(FileCopyBytes, OneByte) {
  copy_sizes(std::array<std::uint64_t, 1>{1});
}

TEST_P(FileCopyBytes, SizesAroundTheBlock) {
  copy_sizes(std::array<std::uint64_t, 10>{4095, 4096, 4097, 0, 8191, 8192, 8193, 1, 40'961, 0});
}

TEST_P(FileCopyBytes, BlocksOfOddSize) {
  copy_sizes(std::array<std::uint64_t, 6>{999, 1000, 1001, 0, 100'000, 100'001},
             {.block_bytes = 1000});
}

TEST_P(FileCopyBytes, OneBlockIsEnoughForAll) {
  copy_sizes(std::array<std::uint64_t, 3>{100'000, 1, 300'000}, {.block_bytes = mebibyte});
}

TEST_P(FileCopyBytes, OneLargeFile) {
  copy_sizes(std::array{8 * mebibyte + 1}, {.block_bytes = 65536});
}

TEST_P(FileCopyBytes, SparseFile) {
  const FileToCopy file = make_source(folder(), 5000, 1);
  std::filesystem::resize_file(file.source, mebibyte);
  copy_and_check(start(), std::array{FileToCopy{file.source, file.destination, mebibyte}});
}

// With few descriptors to spare: a cell that opens more files than it has blocks in flight fails.
TEST_P(FileCopyBytes, ThousandsOfFiles) {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t i = 0; i < 3000; ++i) sizes.push_back(i % 90 * 100);
  const TemporaryFolder memory(Storage::memory);
  const std::vector<FileToCopy> manifest = make_sources(memory.path(), sizes);
  const DescriptorLimit limit(footprint().descriptors + 150);
  copy_and_check(start(), manifest);
  EXPECT_EQ(open_below(memory.path()), 0u);
}

TEST_P(FileCopyBytes, NewFilesAreForTheirOwnerOnly) {
  const FileToCopy file = make_source(folder(), 10, 1);
  copy_and_check(start(), std::span(&file, 1));
  struct stat made {};
  check(::stat(file.destination.c_str(), &made), "stat");
  EXPECT_EQ(made.st_mode & 0777u, 0600u);
}

}  // namespace

}  // namespace ringside::test
