#include "base/uring/buffer_ring.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/error.hpp"
#include "base/uring/refusal.hpp"

namespace ringside::uring {

namespace {

constexpr std::size_t pool_bytes = std::size_t{64} << 20;
constexpr std::size_t most_buffers = 1024, fewest_buffers = 16;

// Buffers a power of two apart would all begin in the same few sets of the cache, and short
// messages use only their beginnings: an odd number of cache lines spreads them over all sets.
constexpr std::size_t cache_line_bytes = 64;

std::size_t stride_of(std::size_t buffer_bytes) {
  return ((buffer_bytes + cache_line_bytes - 1) / cache_line_bytes | 1) * cache_line_bytes;
}

}  // namespace

unsigned buffer_count(std::size_t buffer_bytes) noexcept {
  const std::size_t fitting = std::bit_floor(pool_bytes / buffer_bytes);
  return static_cast<unsigned>(std::clamp(fitting, fewest_buffers, most_buffers));
}

BufferRing::BufferRing(Ring& ring, std::uint16_t group, unsigned count, std::size_t buffer_bytes)
    : ring_(ring),
      group_(group),
      count_(count),
      buffer_bytes_(buffer_bytes),
      stride_(stride_of(buffer_bytes)) {
  assert(std::has_single_bit(count) && count <= 32768);
  mapped_bytes_ = ring_bytes() + count_ * stride_;
  void* const mapped =
      ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw_errno("mmap of the buffer ring");
  memory_ = static_cast<std::byte*>(mapped);

  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(mapped);
  registration.ring_entries = count_;
  registration.bgid = group_;
  const int result = ::io_uring_register_buf_ring(ring.get(), &registration, 0);
  if (result < 0) {
    ::munmap(memory_, mapped_bytes_);
    throw refusal("io_uring_register_buf_ring", -result);
  }
}

BufferRing::~BufferRing() {
  ::io_uring_unregister_buf_ring(ring_.get(), group_);
  ::munmap(memory_, mapped_bytes_);
}

void BufferRing::provide(unsigned more) noexcept {
  for (const unsigned end = std::min(provided_ + more, count_); provided_ < end; ++provided_) {
    give_back(static_cast<std::uint16_t>(provided_));
  }
}

void BufferRing::prepare_receive(io_uring_sqe* entry, int socket) const noexcept {
  if (ring_.generation().multishot_recv) {
    ::io_uring_prep_recv_multishot(entry, socket, nullptr, 0, 0);
  } else {
    ::io_uring_prep_recv(entry, socket, nullptr, buffer_bytes_, 0);
  }
  entry->flags |= IOSQE_BUFFER_SELECT;
  entry->buf_group = group_;
}

std::span<std::byte> BufferRing::bytes_of(const io_uring_cqe& completion) const noexcept {
  return bytes(buffer_of(completion), static_cast<std::size_t>(completion.res));
}

std::span<std::byte> BufferRing::bytes(std::uint16_t buffer, std::size_t size) const noexcept {
  assert(buffer < count_ && size <= buffer_bytes_);
  return {memory_ + ring_bytes() + buffer * stride_, size};
}

void BufferRing::give_back(std::uint16_t buffer) noexcept {
  ::io_uring_buf_ring_add(reinterpret_cast<io_uring_buf_ring*>(memory_),
                          bytes(buffer, buffer_bytes_).data(), static_cast<unsigned>(buffer_bytes_),
                          buffer, ::io_uring_buf_ring_mask(count_), unpublished_);
  ++unpublished_;
}

void BufferRing::publish() noexcept {
  ::io_uring_buf_ring_advance(reinterpret_cast<io_uring_buf_ring*>(memory_), unpublished_);
  unpublished_ = 0;
}

}  // namespace ringside::uring
