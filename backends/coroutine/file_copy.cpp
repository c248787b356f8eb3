// File copy with Asio coroutines: as many as there may be blocks in flight, each a loop that takes
// a block, reads it and writes it, through a buffer that the kernel knows beforehand, and reads
// like blocking code.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <optional>

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
using asio_support::FileBuffer;
using asio_support::transfer_result;
using asio_support::with_rest;

// By a plain call, since Asio's files can share no descriptor when they open it themselves.
int open_file(const char* path, int flags) {
  return ::open(path, flags | O_CLOEXEC, 0600);
}

// Single operations in loops: asio::async_read_at would cut a block into pieces of 64 KiB.
Task copy_block(BlockFiles& files, const Block& block, const FileBuffer& buffer) {
  for (std::size_t done = 0; done < block.bytes;) {
    const auto [error, size] = co_await with_rest(buffer, done, block.bytes, [&](const auto& room) {
      return files.source().async_read_some_at(block.offset + done, room, use_tuple);
    });
    done += bytes_read(block, done, transfer_result(error, size));
  }
  for (std::size_t done = 0; done < block.bytes;) {
    const auto [error, size] = co_await with_rest(buffer, done, block.bytes, [&](const auto& rest) {
      return files.destination().async_write_some_at(block.offset + done, rest, use_tuple);
    });
    done += bytes_written(block, done, transfer_result(error, size));
  }
}

Task copy_blocks(CopyPass& pass, asio::io_context& context, FileBuffer buffer) {
  BlockFiles files(context);
  try {
    while (std::optional<Block> block = pass.take()) {
      pass.begin(*block, open_file);
      files.assign(block->file);
      co_await copy_block(files, *block, buffer);
      files.release();
      pass.finish(*block, ::close);
    }
  } catch (...) {
    pass.fail();
  }
}

}  // namespace

void file_copy(const FileCopyTask& task) {
  // Outlives the ring beneath the context, which reads and writes it.
  const BlockBuffers memory(task.depth, task.block_bytes, task.buffer_alignment);
  asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);
  asio_support::require_files(context);
  asio_support::FileBuffers buffers(context, memory);
  task.effective("io", "native");
  task.effective("engine", "Asio files over io_uring");
  task.effective("buffers", buffers.description());

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
