// File copy with Asio completion handlers: as many slots as there may be blocks in flight. A slot
// has a block read, then written, out of a buffer that the kernel knows beforehand, and takes the
// next; each step starts the operation whose handler is the next step.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <deque>
#include <optional>

#include <boost/asio/buffer.hpp>

#include "backends/asio_support/block_files.hpp"
#include "backends/asio_support/files.hpp"
#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"

namespace ringside::callback {

void file_copy(const FileCopyTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::BlockFiles;
using asio_support::FileBuffer;
using asio_support::transfer_result;
using asio_support::with_rest;
using boost::system::error_code;

// By a plain call, since Asio's files can share no descriptor when they open it themselves.
int open_file(const char* path, int flags) {
  return ::open(path, flags | O_CLOEXEC, 0600);
}

// Single operations, the rest asked for again: asio::async_read_at would cut a block into pieces of
// 64 KiB.
class Slot {
 public:
  Slot(asio::io_context& context, const FileBuffer& buffer, CopyPass& pass)
      : files_(context), buffer_(buffer), pass_(pass) {}

  // Copies blocks until there are no more. What fails ends the pass, for all slots.
  void start() noexcept {
    attempt([this] {
      while ((block_ = pass_.take())) {
        pass_.begin(*block_, open_file);
        files_.assign(block_->file);
        if (block_->bytes > 0) return read(0);
        finish();  // an empty file
      }
    });
  }

 private:
  void read(std::size_t done) {
    with_rest(buffer_, done, block_->bytes, [&](const auto& room) {
      files_.source().async_read_some_at(
          block_->offset + done, room, [this, done](error_code error, std::size_t size) {
            attempt([&] {
              const auto now_done = done + bytes_read(*block_, done, transfer_result(error, size));
              now_done < block_->bytes ? read(now_done) : write(0);
            });
          });
    });
  }

  void write(std::size_t done) {
    with_rest(buffer_, done, block_->bytes, [&](const auto& rest) {
      files_.destination().async_write_some_at(
          block_->offset + done, rest, [this, done](error_code error, std::size_t size) {
            attempt([&] {
              const auto now_done =
                  done + bytes_written(*block_, done, transfer_result(error, size));
              if (now_done < block_->bytes) return write(now_done);
              finish();
              start();
            });
          });
    });
  }

  void finish() {
    files_.release();
    pass_.finish(*block_, ::close);
  }

  // A handler has nobody to throw to.
  template <typename Step>
  void attempt(const Step& step) noexcept {
    try {
      step();
    } catch (...) {
      pass_.fail();
    }
  }

  BlockFiles files_;
  FileBuffer buffer_;
  CopyPass& pass_;
  std::optional<Block> block_;
};

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
    std::deque<Slot> slots;
    for (std::size_t i = 0; i < task.depth; ++i) slots.emplace_back(context, buffers[i], pass);
    for (Slot& slot : slots) slot.start();
    context.restart();
    context.run();
    pass.rethrow_failure();
  }
}

}  // namespace ringside::callback
