// File copy with Asio futures: each block in flight has a future, and a buffer that the kernel
// knows beforehand; one thread waits for the futures in the order in which they were started.
// Another runs the io_context that fulfils them.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <deque>
#include <future>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_future.hpp>

#include "backends/asio_support/block_files.hpp"
#include "backends/asio_support/files.hpp"
#include "backends/asio_support/loop.hpp"
#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"

namespace ringside::future {

void file_copy(const FileCopyTask& task);

namespace {

namespace asio = boost::asio;
using asio_support::BlockFiles;
using asio_support::FileBuffer;
using asio_support::with_rest;

// By a plain call, since Asio's files can share no descriptor when they open it themselves.
int open_file(const char* path, int flags) {
  return ::open(path, flags | O_CLOEXEC, 0600);
}

// The future gives a negated errno value instead of throwing: bytes_read() and bytes_written() know
// which of them are failures, and where.
const auto use_result = asio::use_future(asio_support::transfer_result);

// A block on its way. Single operations, the rest asked for again: asio::async_read_at would cut a
// block into pieces of 64 KiB, and go on on the other thread.
class Slot {
 public:
  Slot(asio::io_context& context, const FileBuffer& buffer) : files_(context), buffer_(buffer) {}

  // Starts to copy the next block; false when there is none.
  bool start(CopyPass& pass) {
    while ((block_ = pass.take())) {
      pass.begin(*block_, open_file);
      files_.assign(block_->file);
      if (block_->bytes > 0) {
        read(0);
        return true;
      }
      finish(pass);  // an empty file
    }
    return false;
  }

  // Waits for the operation that was started last and starts what follows it: the rest, the write,
  // or the next block. False when there is none.
  bool go_on(CopyPass& pass) {
    const ssize_t result = operation_.get();
    if (!writing_) {
      const std::size_t done = done_ + bytes_read(*block_, done_, result);
      done < block_->bytes ? read(done) : write(0);
      return true;
    }
    const std::size_t done = done_ + bytes_written(*block_, done_, result);
    if (done < block_->bytes) {
      write(done);
      return true;
    }
    finish(pass);
    return start(pass);
  }

 private:
  void read(std::size_t done) {
    writing_ = false;
    done_ = done;
    operation_ = with_rest(buffer_, done, block_->bytes, [&](const auto& room) {
      return files_.source().async_read_some_at(block_->offset + done, room, use_result);
    });
  }

  void write(std::size_t done) {
    writing_ = true;
    done_ = done;
    operation_ = with_rest(buffer_, done, block_->bytes, [&](const auto& rest) {
      return files_.destination().async_write_some_at(block_->offset + done, rest, use_result);
    });
  }

  void finish(CopyPass& pass) {
    files_.release();
    pass.finish(*block_, ::close);
  }

  BlockFiles files_;
  FileBuffer buffer_;
  std::optional<Block> block_;
  bool writing_ = false;
  std::size_t done_ = 0;  // bytes read or written
  std::future<ssize_t> operation_;
};

// Whether the slot has something in flight after `step`. What fails ends the pass, for all slots.
template <typename Step>
bool attempt(CopyPass& pass, const Step& step) {
  try {
    return step();
  } catch (...) {
    pass.fail();
    return false;
  }
}

}  // namespace

void file_copy(const FileCopyTask& task) {
  // Outlives the ring beneath the context, which reads and writes it.
  const BlockBuffers memory(task.depth, task.block_bytes, task.buffer_alignment);
  asio_support::BackgroundLoop loop;
  asio_support::require_files(loop.context());
  asio_support::FileBuffers buffers(loop.context(), memory);
  std::deque<Slot> slots;
  for (std::size_t i = 0; i < task.depth; ++i) slots.emplace_back(loop.context(), buffers[i]);
  task.effective("io", "native");
  task.effective("engine", "Asio files over io_uring");
  task.effective("buffers", buffers.description());
  task.effective("threads", "one that waits, one that runs the io_context");

  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    CopyPass pass(task, manifest);
    std::deque<Slot*> in_flight;
    for (Slot& slot : slots) {
      if (attempt(pass, [&] { return slot.start(pass); })) in_flight.push_back(&slot);
    }
    while (!in_flight.empty()) {
      Slot* const oldest = in_flight.front();
      in_flight.pop_front();
      if (attempt(pass, [&] { return oldest->go_on(pass); })) in_flight.push_back(oldest);
    }
    pass.rethrow_failure();
  }
}

}  // namespace ringside::future
