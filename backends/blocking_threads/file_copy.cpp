// File copy with blocking calls: each thread takes the next block, reads it and writes it. That a
// file is large or small makes no difference: its blocks are shared, or its only block is not.
#include "backends/tasks/file_copy.hpp"

#include <algorithm>
#include <cstddef>
#include <latch>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"
#include "backends/support/thread_pool.hpp"

namespace ringside::blocking_threads {

void file_copy(const FileCopyTask& task);

namespace {

void copy_blocks(CopyPass& pass, std::span<std::byte> buffer) {
  try {
    while (std::optional<Block> block = pass.take()) {
      pass.begin(*block);
      pread_block(*block, buffer);
      pwrite_block(*block, buffer);
      pass.finish(*block);
    }
  } catch (...) {
    pass.fail();
  }
}

}  // namespace

void file_copy(const FileCopyTask& task) {
  const std::size_t threads = std::min(task.workers, task.depth);
  task.effective("io", "native");
  task.effective("engine", fmt::format("pread/pwrite in {} threads", threads));
  const BlockBuffers buffers(threads, task.block_bytes, task.buffer_alignment);
  ThreadPool pool(threads);
  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    CopyPass pass(task, manifest);
    std::latch all_ended(static_cast<std::ptrdiff_t>(threads));
    for (std::size_t i = 0; i < threads; ++i) {
      pool.submit([&](std::size_t thread) {
        copy_blocks(pass, buffers[thread]);
        all_ended.count_down();
      });
    }
    all_ended.wait();
    pass.rethrow_failure();
  }
}

}  // namespace ringside::blocking_threads
