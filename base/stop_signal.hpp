// The one way of telling a running cell, or a whole run, to stop.
#pragma once

#include <atomic>

#include "base/fd.hpp"

namespace ringside {

/// A latch that event loops can wait for: once raised it stays raised, and its descriptor stays
/// readable for everybody who waits on it. Backed by an eventfd that nobody reads.
class StopSignal {
 public:
  StopSignal();

  /// Raises the signal. Safe from any thread and from a signal handler.
  void raise() const noexcept;

  /// Costs no system call, so that it can be asked before every piece of work.
  bool raised() const noexcept { return raised_; }

  /// For poll, epoll, io_uring and the like: wait until it is readable, never read from it.
  int fd() const noexcept { return fd_.get(); }

 private:
  UniqueFd fd_;
  mutable std::atomic<bool> raised_ = false;
};

}  // namespace ringside
