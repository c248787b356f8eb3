// What the servers of this folder share: how large their rings are, and what a failed accept means.
// Accepting, receiving, sending and waiting are each cell's own.
#pragma once

#include <linux/time_types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "base/uring/buffer_ring.hpp"
#include "base/uring/ring.hpp"

namespace ringside::io_uring {

/// A server's ring and the buffers that its connections receive into.
struct ServerRing {
  /// Throws Error that says why io_uring cannot be had. What was obtained is told to `effective`.
  ServerRing(std::span<const uring::Generation> allowed, std::size_t buffer_bytes,
             const std::function<void(std::string_view name, std::string_view value)>& effective);

  uring::Ring ring;
  uring::BufferRing buffers;
};

/// Whether an accept that ended with `result`, a negated errno value, is to be tried again only
/// after accept_pause, because there were no descriptors or no memory; otherwise at once. Throws
/// Error when the listener is broken.
bool accept_must_wait(int result);

/// As io_uring_prep_timeout takes it.
constexpr __kernel_timespec to_timespec(std::chrono::nanoseconds time) {
  return {.tv_sec = time.count() / 1'000'000'000, .tv_nsec = time.count() % 1'000'000'000};
}

}  // namespace ringside::io_uring
