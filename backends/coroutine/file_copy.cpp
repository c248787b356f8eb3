// File copy with Asio coroutines: as many as there may be blocks in flight, each a loop that takes
// a block, reads it and writes it, and reads like blocking code.
#include "backends/tasks/file_copy.hpp"

#include <cstddef>
#include <optional>
#include <span>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "backends/asio_support/block_files.hpp"
#include "backends/asio_support/files.hpp"
#include "backends/coroutine/coroutine.hpp"
#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"

namespace ringside::coroutine {

void file_copy(const FileCopyTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::BlockFiles;
using asio_support::transfer_result;

// Single operations in loops: asio::async_read_at would cut a block into pieces of 64 KiB.
Task copy_block(BlockFiles& files, const Block& block, std::span<std::byte> buffer) {
  const auto rest = [&](std::size_t done) {
    return asio::buffer(buffer.data() + done, block.bytes - done);
  };
  for (std::size_t done = 0; done < block.bytes;) {
    const auto [error, size] =
        co_await files.source().async_read_some_at(block.offset + done, rest(done), use_tuple);
    done += bytes_read(block, done, transfer_result(error, size));
  }
  for (std::size_t done = 0; done < block.bytes;) {
    const auto [error, size] = co_await files.destination().async_write_some_at(
        block.offset + done, rest(done), use_tuple);
    done += bytes_written(block, done, transfer_result(error, size));
  }
}

Task copy_blocks(CopyPass& pass, asio::io_context& context, std::span<std::byte> buffer) {
  BlockFiles files(context);
  try {
    while (std::optional<Block> block = pass.take()) {
      pass.begin(*block);
      files.assign(block->file);
      co_await copy_block(files, *block, buffer);
      files.release();
      pass.finish(*block);
    }
  } catch (...) {
    pass.fail();
  }
}

}  // namespace

void file_copy(const FileCopyTask& task) {
  // Outlives the ring beneath the context, which reads and writes it.
  const BlockBuffers buffers(task.depth, task.block_bytes, task.buffer_alignment);
  asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);
  asio_support::require_files(context);
  task.effective("io", "native");
  task.effective("engine", "Asio files over io_uring");

  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    CopyPass pass(task, manifest);
    for (std::size_t i = 0; i < task.depth; ++i) {
      asio::co_spawn(context, copy_blocks(pass, context, buffers[i]), asio::detached);
    }
    context.restart();
    context.run();
    pass.rethrow_failure();
  }
}

}  // namespace ringside::coroutine
