// Ownership of a ring of provided buffers: memory that the kernel picks from when data arrives.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/uring/ring.hpp"

namespace ringside::uring {

/// How many buffers of that size a network server's ring should have at most: 64 MiB of them,
/// within reason. A power of two.
unsigned buffer_count(std::size_t buffer_bytes) noexcept;

/// Up to `count` buffers of `buffer_bytes` each, given to the kernel as a provided buffer ring. A
/// buffer that a completion names is the program's until it is given back. Source:
/// io_uring_register_buf_ring(3).
class BufferRing {
 public:
  /// Registers the ring as buffer group `group`; `count` is a power of two, at most 32768. `ring`
  /// must outlive this. The kernel has no buffer until provide(). Throws Error.
  BufferRing(Ring& ring, std::uint16_t group, unsigned count, std::size_t buffer_bytes);

  /// Takes the buffers away from the kernel, which answers later receives with ENOBUFS.
  ~BufferRing();
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;

  std::uint16_t group() const noexcept { return group_; }
  unsigned count() const noexcept { return count_; }
  std::size_t buffer_bytes() const noexcept { return buffer_bytes_; }

  /// Queues up to `more` buffers that the kernel has not had yet, as long as there are any. The
  /// kernel takes buffers in turn, so the fewer are in use, the better the caches hold them.
  void provide(unsigned more) noexcept;

  /// Prepares a receive from `socket` into whichever buffers the kernel picks: multishot, which
  /// goes on until a completion comes without IORING_CQE_F_MORE, where the kernel has it.
  void prepare_receive(io_uring_sqe* entry, int socket) const noexcept;

  /// Of a receive that got something: the buffer it came in, and the bytes.
  static std::uint16_t buffer_of(const io_uring_cqe& completion) noexcept {
    return static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  }
  std::span<std::byte> bytes_of(const io_uring_cqe& completion) const noexcept;

  /// Queues a buffer to be given back.
  void give_back(std::uint16_t buffer) noexcept;

  /// Gives the kernel everything queued so far, at the price of one memory barrier.
  void publish() noexcept;

 private:
  std::span<std::byte> bytes(std::uint16_t buffer, std::size_t size) const noexcept;
  std::size_t ring_bytes() const noexcept { return count_ * sizeof(io_uring_buf); }

  Ring& ring_;
  std::uint16_t group_;
  unsigned count_;
  std::size_t buffer_bytes_, stride_;
  std::size_t mapped_bytes_ = 0;
  std::byte* memory_ = nullptr;  // one mapping: the ring itself, then the buffers
  unsigned provided_ = 0;
  int unpublished_ = 0;
};

}  // namespace ringside::uring
