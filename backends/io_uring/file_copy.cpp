// File copy on raw io_uring: one ring with as many slots as there may be blocks in flight. A slot
// has its block read, then written, out of a buffer that the kernel knows beforehand, and takes the
// next; the program enters the kernel once per turn of the loop. Registered files are left out on
// purpose: they made no measurable difference at blocks of 16 KiB to 1 MiB, and each file would
// have to be registered and taken back.
#include "backends/tasks/file_copy.hpp"

#include <fcntl.h>
#include <liburing.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "backends/support/block_buffers.hpp"
#include "backends/support/copy_pass.hpp"
#include "base/uring/ring.hpp"

namespace ringside::io_uring {

void file_copy(const FileCopyTask& task);

namespace {

constexpr std::size_t fewest_entries = 8, most_entries = 4096;
// The kernel moves less than 2 GiB at a time; the rest is asked for again, like any short result.
constexpr std::size_t most_bytes = std::size_t{1} << 30;

// One block on its way, by way of the buffer of the same number.
struct Slot {
  std::optional<Block> block;
  bool writing = false;
  std::size_t done = 0;  // bytes read or written
};

// By a plain call: the kernel hands an opening with O_CREAT or O_TRUNC, as a destination's is, to a
// worker (io_openat_force_async).
int open_file(const char* path, int flags) {
  return ::open(path, flags | O_CLOEXEC, 0600);
}

unsigned entries_for(std::size_t depth) {
  return static_cast<unsigned>(std::bit_ceil(std::clamp(depth, fewest_entries, most_entries)));
}

class CopyLoop {
 public:
  explicit CopyLoop(const FileCopyTask& task)
      : task_(task),
        slots_(task.depth),
        buffers_(task.depth, task.block_bytes, task.buffer_alignment),
        ring_(entries_for(task.depth), 2 * entries_for(task.depth)) {
    const int refused = register_buffers();
    registered_ = refused == 0;
    task.effective("io", "native");
    task.effective("engine",
                   fmt::format("io_uring, {} buffers", registered_ ? "registered" : "plain"));
    task.effective("setup flags", ring_.generation().setup_names);
    task.effective("ring descriptor", ring_.registered() ? "registered" : "plain");
    task.effective("buffers", registered_ ? "registered"
                                          : "plain: " + std::generic_category().message(refused));
  }

  void copy(std::span<const FileToCopy> manifest) {
    CopyPass pass(task_, manifest);
    for (std::size_t i = 0; i < slots_.size(); ++i) start(pass, i);
    while (ring_.operations() > 0) {
      uring::check_entered(::io_uring_submit_and_wait(ring_.get(), 1));
      ring_.take_completions([&](const io_uring_cqe& completion) {
        on_completed(pass, completion.user_data, completion.res);
      });
    }
    pass.rethrow_failure();
  }

 private:
  // 0, or the errno value with which the kernel would not have them: the limit of locked memory is
  // 8 MiB for most users.
  int register_buffers() {
    std::vector<iovec> all;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      all.push_back({.iov_base = buffers_[i].data(), .iov_len = buffers_[i].size()});
    }
    return -::io_uring_register_buffers(ring_.get(), all.data(), static_cast<unsigned>(all.size()));
  }

  // Gives the slot its next block, if there is one.
  void start(CopyPass& pass, std::size_t i) noexcept {
    Slot& slot = slots_[i];
    try {
      while ((slot.block = pass.take())) {
        pass.begin(*slot.block, open_file);
        if (slot.block->bytes > 0) return submit(i, false, 0);
        pass.finish(*slot.block, ::close);  // an empty file
      }
    } catch (...) {
      pass.fail();
      slot.block.reset();
    }
  }

  void on_completed(CopyPass& pass, std::size_t i, int result) noexcept {
    Slot& slot = slots_[i];
    try {
      const std::size_t done =
          slot.done + (slot.writing ? bytes_written(*slot.block, slot.done, result)
                                    : bytes_read(*slot.block, slot.done, result));
      if (done < slot.block->bytes) return submit(i, slot.writing, done);
      if (!slot.writing) return submit(i, true, 0);
      pass.finish(*slot.block, ::close);
    } catch (...) {
      pass.fail();
    }
    start(pass, i);
  }

  // Has the slot's block read, or written, from its byte `done` on.
  void submit(std::size_t i, bool writing, std::size_t done) {
    Slot& slot = slots_[i];
    slot.writing = writing;
    slot.done = done;
    const FilePair& file = *slot.block->file;
    std::byte* const bytes = buffers_[i].data() + done;
    const auto size = static_cast<unsigned>(std::min(slot.block->bytes - done, most_bytes));
    const std::uint64_t offset = slot.block->offset + done;
    const int buffer = static_cast<int>(i);

    io_uring_sqe* const entry = ring_.next_entry();
    if (writing && registered_) {
      ::io_uring_prep_write_fixed(entry, file.destination(), bytes, size, offset, buffer);
    } else if (writing) {
      ::io_uring_prep_write(entry, file.destination(), bytes, size, offset);
    } else if (registered_) {
      ::io_uring_prep_read_fixed(entry, file.source(), bytes, size, offset, buffer);
    } else {
      ::io_uring_prep_read(entry, file.source(), bytes, size, offset);
    }
    ::io_uring_sqe_set_data64(entry, i);
  }

  const FileCopyTask& task_;
  std::vector<Slot> slots_;
  BlockBuffers buffers_;  // outlives the ring that reads and writes it
  uring::Ring ring_;
  bool registered_ = false;
};

}  // namespace

void file_copy(const FileCopyTask& task) {
  CopyLoop loop(task);
  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    loop.copy(manifest);
  }
}

}  // namespace ringside::io_uring
