// Asio's files over descriptors that somebody else owns.
#include "backends/asio_support/block_files.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "backends/asio_support/files.hpp"
#include "backends/support/copy_pass.hpp"
#include "base/stop_signal.hpp"
#include "tests/support/copy_tree.hpp"

namespace ringside::test {

namespace {

using boost::system::error_code;

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
    pass.begin(block, [](const char* path, int flags) { return ::open(path, flags, 0600); });
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

// By their numbers: an operation on a buffer that is registered no more fails, as one by its
// address would not.
TEST_F(BlockFilesTest, RegisteredBuffersAreNamedByTheirNumbers) {
  const BlockBuffers memory(2, 4096, 4096);
  boost::asio::io_context context;
  std::optional<asio_support::FileBuffers> buffers(std::in_place, context, memory);
  if (!buffers->registered()) GTEST_SKIP() << buffers->description();
  const asio_support::FileBuffer second = (*buffers)[1];
  asio_support::BlockFiles files(context);
  const Block block = begun_block();
  files.assign(block.file);

  ssize_t read = 0, written = 0;
  const auto read_and_write = [&] {
    asio_support::with_rest(second, 1000, 4096, [&](const auto& rest) {
      files.source().async_read_some_at(0, rest, [&](error_code error, std::size_t size) {
        read = asio_support::transfer_result(error, size);
      });
      files.destination().async_write_some_at(0, rest, [&](error_code error, std::size_t size) {
        written = asio_support::transfer_result(error, size);
      });
    });
    context.restart();
    context.run();
  };
  read_and_write();
  EXPECT_EQ(read, 3096);
  EXPECT_EQ(written, 3096);
  buffers.reset();
  read_and_write();
  EXPECT_EQ(read, -EFAULT);
  EXPECT_EQ(written, -EFAULT);
}

}  // namespace

}  // namespace ringside::test
