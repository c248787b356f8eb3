// Asio's files over descriptors that somebody else owns.
#include "backends/asio_support/block_files.hpp"

#include <fcntl.h>

#include <array>
#include <span>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "backends/asio_support/files.hpp"
#include "backends/support/copy_pass.hpp"
#include "base/stop_signal.hpp"
#include "tests/support/copy_tree.hpp"

namespace ringside::test {

namespace {

class BlockFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    const Availability files = asio_support::files_available();
    if (!files.yes) GTEST_SKIP() << files.reason << "; mend: " << files.mend;
  }

  // The first block of a pass over one file, with its files open.
  Block begun_block() {
    CopyPass pass(task_, std::span(&file_, 1));
    Block block = pass.take().value();
    pass.begin(block);
    return block;
  }

  static bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

  const TemporaryFolder folder_;
  const FileToCopy file_ = make_source(folder_.path(), 4096, 1);
  const StopSignal stop_;
  const FileCopyTask task_{.block_bytes = 4096,
                           .depth = 1,
                           .workers = 1,
                           .buffer_alignment = 4096,
                           .source_flags = O_RDONLY,
                           .destination_flags = O_WRONLY | O_CREAT,
                           .next_pass = {},
                           .block_copied = {},
                           .file_copied = {},
                           .stop = stop_,
                           .effective = {}};
};

// A pass that fails drops its blocks where they are: the descriptors must not be closed, and their
// numbers given to others, while Asio still has them.
TEST_F(BlockFilesTest, DescriptorsStayOpenUntilAsioHasLetGo) {
  boost::asio::io_context context;
  asio_support::BlockFiles files(context);
  Block block = begun_block();
  const std::array both{block.file->source(), block.file->destination()};
  files.assign(block.file);
  block = {};
  for (const int fd : both) EXPECT_TRUE(is_open(fd));
  files.release();
  for (const int fd : both) EXPECT_FALSE(is_open(fd));
}

}  // namespace

}  // namespace ringside::test
