// Accepting on epoll until descriptors run out, and again when there may be some.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/fd.hpp"

namespace ringside::epoll {

/// epoll_ctl(2), for events whose data is the descriptor itself; -1 with errno set when it fails.
int control(const UniqueFd& epoll, int operation, int fd, std::uint32_t events) noexcept;

/// A non-blocking listening socket that is waited for through `epoll`. Both are the caller's and
/// outlive this.
class Acceptor {
 public:
  /// Throws Error.
  Acceptor(const UniqueFd& epoll, int listener);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  /// The next waiting connection, non-blocking and with TCP_NODELAY. None when nobody waits, or
  /// when there are no descriptors and a pause has begun. Throws Error when the listener is broken.
  UniqueFd accept();

  /// Leaves the listening socket alone for accept_pause: its clients wait in the backlog.
  void pause();

  /// For epoll_wait(2): how long it may wait so that resume_when_due() comes in time.
  int timeout_ms() const noexcept;

  /// Ends a pause that has lasted long enough; to be called after each epoll_wait(2).
  void resume_when_due();

 private:
  using Clock = std::chrono::steady_clock;

  const UniqueFd& epoll_;
  int listener_;
  std::optional<Clock::time_point> resume_at_;
};

}  // namespace ringside::epoll
