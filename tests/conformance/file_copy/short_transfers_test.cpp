// Reads and writes may move less than they were asked to; the rest has to follow.
#include "tests/conformance/file_copy/short_transfers.hpp"

#include <array>

#include <gtest/gtest.h>

#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

namespace ringside::test {

namespace {

class FileCopyShortTransfers : public FileCopyCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyShortTransfers, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

TEST_P(FileCopyShortTransfers, TheRestFollows) {
  const auto manifest =
      make_sources(folder(), std::array<std::uint64_t, 6>{0, 1, 2, 4097, 100'000, 65'536});
  RunningCopy& copy = start({.block_bytes = 10'000});
  std::size_t calls = 0;
  {
    const ShortTransfers forced;
    copy_and_check(copy, manifest);
    calls = forced.calls();
  }
  if (calls == 0) GTEST_SKIP() << "the cell does not copy by pread and pwrite";
}

}  // namespace

}  // namespace ringside::test
