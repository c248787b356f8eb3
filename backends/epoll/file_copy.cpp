// File copy with epoll, which cannot wait for regular files (epoll_ctl says EPERM): the loop hands
// blocks to a pool of threads that may block, keeps as many under way as it is told to, and learns
// from an eventfd, which it can wait for, how many have come to their end.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"
#include "backends/support/thread_pool.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"

namespace ringside::epoll {

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
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC),
                     "the epoll set of an event loop (epoll_create1)")),
        ended_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "an eventfd of the event loop")),
        buffers_(std::min(task.workers, task.depth), task.block_bytes, task.buffer_alignment),
        pool_(buffers_.count()) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = ended_.get()}};
    check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, ended_.get(), &event),
          "waiting for one more descriptor (epoll_ctl)");
    task.effective("io", "offloaded");
    task.effective("engine", fmt::format("pread/pwrite in {} threads for one epoll loop, eventfd",
                                         buffers_.count()));
  }

  void copy(std::span<const FileToCopy> manifest) {
    CopyPass pass(task_, manifest);
    std::size_t under_way = 0;
    for (;;) {
      while (under_way < task_.depth) {
        std::optional<Block> block = pass.take();
        if (!block) break;
        offload(pass, std::move(*block));
        ++under_way;
      }
      if (under_way == 0) break;
      under_way -= wait_for_ended();
    }
    pass.rethrow_failure();
  }

 private:
  void offload(CopyPass& pass, Block block) {
    pool_.submit([this, &pass, block = std::move(block)](std::size_t thread) mutable {
      copy_block(pass, std::move(block), buffers_[thread]);
      const std::uint64_t one = 1;  // added to those of which the loop has not heard yet
      [[maybe_unused]] const auto written = ::write(ended_.get(), &one, sizeof one);
    });
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

  std::size_t wait_for_ended() {
    epoll_event event;
    if (::epoll_wait(epoll_.get(), &event, 1, -1) < 0 && errno != EINTR)
      throw_errno("waiting for events (epoll_wait)");
    std::uint64_t count = 0;
    const ssize_t got = ::read(ended_.get(), &count, sizeof count);
    if (got < 0 && errno != EAGAIN && errno != EINTR) throw_errno("read of an eventfd");
    return got < 0 ? 0 : static_cast<std::size_t>(count);
  }

  const FileCopyTask& task_;
  UniqueFd epoll_, ended_;
  BlockBuffers buffers_;  // one a thread, whose cache then holds it: those that wait need none
  ThreadPool pool_;
};

}  // namespace

void file_copy(const FileCopyTask& task) {
  CopyLoop loop(task);
  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    loop.copy(manifest);
  }
}

}  // namespace ringside::epoll
