// File copy with blocking calls: each thread takes the next block, reads it and writes it. That a
// file is large or small makes no difference: its blocks are shared, or its only block is not.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

int open_file(const char* path, int flags) {
  return ::open(path, flags | O_CLOEXEC, 0600);
}

// pread and pwrite may move less than they are asked to: the rest is asked for again.
void copy_bytes(const Block& block, std::span<std::byte> buffer) {
  for (std::size_t done = 0; done < block.bytes;) {
    const ssize_t result = ::pread(block.file->source(), &buffer[done], block.bytes - done,
                                   static_cast<off_t>(block.offset + done));
    done += bytes_read(block, done, result < 0 ? -errno : result);
  }
  for (std::size_t done = 0; done < block.bytes;) {
    const ssize_t result = ::pwrite(block.file->destination(), &buffer[done], block.bytes - done,
                                    static_cast<off_t>(block.offset + done));
    done += bytes_written(block, done, result < 0 ? -errno : result);
  }
}

void copy_blocks(CopyPass& pass, std::span<std::byte> buffer) {
  try {
    while (std::optional<Block> block = pass.take()) {
      pass.begin(*block, open_file);
      copy_bytes(*block, buffer);
      pass.finish(*block, ::close);
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
