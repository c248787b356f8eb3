// A cell that is told to stop returns, at whatever moment, and leaves nothing behind. That it left
// nothing is checked by the fixture after each test, here and everywhere.
#include <array>

#include <gtest/gtest.h>

#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

namespace ringside::test {

namespace {

class FileCopyStop : public FileCopyCellTest {
 protected:
  // Raised by the cell's own report of its n-th block.
  RunningCopy& start_to_stop_after(std::size_t blocks) {
    CopyOptions options;
    options.on_block = [this, blocks](std::size_t so_far) {
      if (so_far == blocks) copy_->stop_signal().raise();
    };
    return *(copy_ = &start(std::move(options)));
  }

 private:
  RunningCopy* copy_ = nullptr;
};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyStop, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

TEST_P(FileCopyStop, BeforeAnyPass) {
  start().stop();
}

TEST_P(FileCopyStop, RaisedBeforeTheStart) {
  RunningCopy& copy = start();
  copy.stop_signal().raise();
  const FileToCopy file = make_source(folder(), 100'000, 1);
  copy.copy(std::span(&file, 1));
  copy.stop();
}

TEST_P(FileCopyStop, BetweenPasses) {
  RunningCopy& copy = start();
  copy_and_check(copy, make_sources(folder(), std::array<std::uint64_t, 2>{10'000, 20'000}));
  copy.stop();
}

TEST_P(FileCopyStop, InTheMiddleOfALargeFile) {
  constexpr std::size_t blocks = 4096;
  const FileToCopy file = make_source(folder(), blocks * 4096, 1);
  RunningCopy& copy = start_to_stop_after(10);
  copy.copy(std::span(&file, 1));
  copy.finish();
  EXPECT_GE(copy.blocks(), 10u);
  EXPECT_LT(copy.blocks(), blocks / 4) << "the cell went on copying";
  EXPECT_EQ(open_below(folder()), 0u);
}

TEST_P(FileCopyStop, InTheMiddleOfManyFiles) {
  const std::vector<std::uint64_t> sizes(2000, 5000);
  const TemporaryFolder memory(Storage::memory);
  const std::vector<FileToCopy> manifest = make_sources(memory.path(), sizes);
  RunningCopy& copy = start_to_stop_after(100);
  copy.copy(manifest);
  copy.finish();
  EXPECT_LT(copy.files(), sizes.size() / 4) << "the cell went on copying";
  EXPECT_EQ(open_below(memory.path()), 0u);
}

}  // namespace

}  // namespace ringside::test
