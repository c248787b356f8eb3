// File copy with libevent, which cannot wait for regular files (event_add fails on them): the loop
// hands blocks to a pool of threads that may block and keeps as many under way as it is told to.
// Each thread activates one event by hand when a block has come to its end (event_active, which is
// safe from other threads on a base with locks); its callback, on the loop, hands out more.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <event2/event.h>
#include <fmt/format.h>

#include "backends/libevent/resources.hpp"
#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"
#include "backends/support/thread_pool.hpp"
#include "base/error.hpp"

namespace ringside::libevent {

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

class CopyLoop {
 public:
  explicit CopyLoop(const FileCopyTask& task)
      : task_(task),
        base_(make_shared_base()),
        ended_event_(event_new(base_.get(), -1, 0, on_ended, this)),
        buffers_(std::min(task.workers, task.depth), task.block_bytes, task.buffer_alignment),
        pool_(buffers_.count()) {
    if (!ended_event_) throw Error("libevent: no memory for an event");
    task.effective("io", "offloaded");
    task.effective("engine", fmt::format("pread/pwrite in {} threads for one event_base, "
                                         "event_active",
                                         buffers_.count()));
  }

  void copy(std::span<const FileToCopy> manifest) {
    CopyPass pass(task_, manifest);
    pass_ = &pass;
    offload_blocks();
    if (under_way_ > 0 && event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY) < 0) {
      throw Error("libevent: event_base_loop failed");
    }
    pass_ = nullptr;  // nothing is under way that could still ask it
    pass.rethrow_failure();
  }

 private:
  void offload_blocks() {
    while (under_way_ < task_.depth) {
      std::optional<Block> block = pass_->take();
      if (!block) return;
      ++under_way_;
      pool_.submit([this, block = std::move(*block)](std::size_t thread) mutable {
        copy_block(*pass_, std::move(block), buffers_[thread]);
        ++ended_;
        event_active(ended_event_.get(), EV_READ, 0);
      });
    }
  }

  // On a thread of the pool. The block is its own, so that the files are let go of before the loop
  // hears of the end.
  static void copy_block(CopyPass& pass, Block block, std::span<std::byte> buffer) noexcept {
    try {
      pass.begin(block, open_file);
      copy_bytes(block, buffer);
      pass.finish(block, ::close);
    } catch (...) {
      pass.fail();
    }
  }

  // Activations that come close together are one, and the last may come when all is done: what
  // counts is the counter. noexcept because libevent is C: no exception may pass through it.
  static void on_ended(int, short, void* argument) noexcept {
    CopyLoop& loop = *static_cast<CopyLoop*>(argument);
    loop.under_way_ -= loop.ended_.exchange(0);
    loop.offload_blocks();
    if (loop.under_way_ == 0) event_base_loopbreak(loop.base_.get());
  }

  const FileCopyTask& task_;
  UniqueBase base_;
  UniqueEvent ended_event_;
  std::atomic<std::size_t> ended_ = 0;  // of which the loop has not heard yet
  CopyPass* pass_ = nullptr;
  std::size_t under_way_ = 0;
  BlockBuffers buffers_;  // one a thread, whose cache then holds it: those that wait need none
  ThreadPool pool_;       // last, so that no thread activates an event that is gone
};

}  // namespace

void file_copy(const FileCopyTask& task) {
  CopyLoop loop(task);
  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    loop.copy(manifest);
  }
}

}  // namespace ringside::libevent
