// One pass after another, as a comparison makes them.
#include <fcntl.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "tests/conformance/file_copy/file_copy_cell_test.hpp"

namespace ringside::test {

namespace {

constexpr std::array<std::uint64_t, 4> pass_sizes{0, 1, 50'000, 8192};

class FileCopyPasses : public FileCopyCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, FileCopyPasses, testing::ValuesIn(file_copy_cases()),
                         file_copy_case_name);

// Two sets of sources take turns at the same destinations: a cell that copies nothing, or what it
// read in another pass, is found out.
TEST_P(FileCopyPasses, ContentChangesInPlace) {
  std::array<std::vector<FileToCopy>, 2> sets{make_sources(folder(), pass_sizes, 0),
                                              make_sources(folder(), pass_sizes, 100)};
  for (std::size_t i = 0; i < pass_sizes.size(); ++i)
    sets[1][i].destination = sets[0][i].destination;
  RunningCopy& copy = start();
  for (std::size_t pass = 0; pass < 10; ++pass) copy_and_check(copy, sets[pass % 2]);
}

TEST_P(FileCopyPasses, ManifestsDiffer) {
  RunningCopy& copy = start();
  for (const std::uint64_t count : {1u, 100u, 3u, 1u, 30u}) {
    const std::vector<std::uint64_t> same(count, 5000);
    copy_and_check(copy, make_sources(folder(), same, 1000 * count));
  }
}

TEST_P(FileCopyPasses, FreshDestinations) {
  const std::vector<FileToCopy> manifest = make_sources(folder(), pass_sizes);
  RunningCopy& copy = start({.destination_flags = O_WRONLY | O_CREAT | O_EXCL});
  for (int pass = 0; pass < 3; ++pass) {
    for (const FileToCopy& file : manifest) std::filesystem::remove(file.destination);
    copy_and_check(copy, manifest);
  }
}

TEST_P(FileCopyPasses, TruncatedDestinationsWereLonger) {
  const std::vector<FileToCopy> manifest = make_sources(folder(), pass_sizes);
  RunningCopy& copy = start({.destination_flags = O_WRONLY | O_CREAT | O_TRUNC});
  for (int pass = 0; pass < 3; ++pass) {
    for (const FileToCopy& file : manifest) {
      write_file(file.destination, random_bytes(file.bytes + 10'000, 77));
    }
    copy_and_check(copy, manifest);
  }
}

TEST_P(FileCopyPasses, SaysWhatItUses) {
  RunningCopy& copy = start();
  copy_and_check(copy, make_sources(folder(), pass_sizes));
  const std::string io = copy.effective("io");
  EXPECT_TRUE(io == "native" || io == "offloaded") << io;
  EXPECT_NE(copy.effective("engine"), "");
}

// Other backends are being measured meanwhile.
TEST_P(FileCopyPasses, WaitingForTheNextCostsNothing) {
  constexpr std::chrono::milliseconds idle{300};
  constexpr std::chrono::milliseconds cpu_allowed{10};
  RunningCopy& copy = start();
  copy_and_check(copy, make_sources(folder(), pass_sizes));
  const auto used_before = cpu_time();
  std::this_thread::sleep_for(idle);
  EXPECT_LT(cpu_time() - used_before, cpu_allowed) << "the cell is busy with nothing to do";
  copy_and_check(copy, make_sources(folder(), pass_sizes));
}

TEST_P(FileCopyPasses, ReturnsWhenThereIsNoNext) {
  RunningCopy& copy = start();
  copy_and_check(copy, make_sources(folder(), pass_sizes));
  copy.finish();
}

}  // namespace

}  // namespace ringside::test
