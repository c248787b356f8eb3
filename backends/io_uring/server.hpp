// What the servers of this folder share: how large their rings are, and what a failed accept means.
// What happens on a connection is each cell's own.
#pragma once

#include <liburing.h>
#include <linux/time_types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "base/fd.hpp"
#include "uring/buffer_ring.hpp"
#include "uring/ring.hpp"

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

/// A listening socket that a multishot accept waits on. When descriptors run out it is left alone
/// for accept_pause: its clients wait in the backlog.
class Acceptor {
 public:
  /// Its completions carry `user_data`. The ring and the listener are the caller's and outlive
  /// this.
  Acceptor(uring::Ring& ring, int listener, std::uint64_t user_data);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();

  /// Begins nothing anew from now on.
  void stop() noexcept { stopped_ = true; }

  /// The connection that a completion has brought, with TCP_NODELAY; none when it has brought
  /// another word. Starts again what has ended. Throws Error when the listener is broken.
  UniqueFd accepted(const io_uring_cqe& completion);

 private:
  void pause();

  uring::Ring& ring_;
  int listener_;
  std::uint64_t user_data_;
  bool stopped_ = false;
  bool pausing_ = false;
  __kernel_timespec pause_;
};

}  // namespace ringside::io_uring
