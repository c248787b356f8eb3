// Waiting on epoll for connections to accept: until descriptors run out, and again when there may
// be some.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/fd.hpp"

namespace ringside::epoll {

/// epoll_ctl(2), for events whose data is the descriptor itself; -1 with errno set when it fails.
int control(const UniqueFd& epoll, int operation, int fd, std::uint32_t events) noexcept;

/// A non-blocking listening socket that is waited for through `epoll`, and left alone for a while
/// when nothing can be accepted. Both are the caller's and outlive this.
class Listener {
 public:
  /// Throws Error.
  Listener(const UniqueFd& epoll, int socket);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// What an accept(2) that failed with `error` means: true when the next connection is to be
  /// accepted at once, false when nobody waits, or when there are no descriptors and a pause has
  /// begun. Throws Error when the socket is broken.
  bool goes_on_after(int error);

  /// Leaves the listening socket alone for accept_pause: its clients wait in the backlog.
  void pause();

  /// For epoll_wait(2): how long it may wait so that resume_when_due() comes in time.
  int timeout_ms() const noexcept;

  /// Ends a pause that has lasted long enough; to be called after each epoll_wait(2).
  void resume_when_due();

 private:
  using Clock = std::chrono::steady_clock;

  const UniqueFd& epoll_;
  int socket_;
  std::optional<Clock::time_point> resume_at_;
};

}  // namespace ringside::epoll
