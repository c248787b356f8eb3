// Threads for connections, and waiting for the next one to accept: until descriptors or threads run
// out, and again when there may be some.
#pragma once

#include <poll.h>

#include <array>
#include <functional>
#include <stop_token>

#include "backends/support/thread_group.hpp"

namespace ringside {

class StopSignal;

}  // namespace ringside

namespace ringside::blocking_threads {

/// Serves one connection, which it owns. Must not throw, and must return soon after the token says
/// so.
using Serve = std::function<void(const std::stop_token& stop)>;

/// The connections from one listening socket. For one thread, which accepts them; listener and
/// signal are the caller's and outlive this.
class Connections {
 public:
  Connections(int listener, const StopSignal& stop);

  /// Has all that serve told to stop, and waits for them.
  ~Connections() = default;
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Waits until there is a connection to accept. False when the signal is raised.
  bool wait();

  /// After an accept(2) that failed with `error`: begins a pause when there were no descriptors.
  /// Throws Error when the listener is broken.
  void accept_failed(int error);

  /// Calls `serve` on a thread of its own; after a pause, where there is none to be had.
  void start(Serve serve);

  /// Lets the next wait() leave the listening socket alone for accept_pause: those who are served
  /// go on, the others wait in the backlog.
  void pause() noexcept { pausing_ = true; }

 private:
  const StopSignal& stop_;
  std::array<pollfd, 2> waited_for_;  // the signal, then the listener
  bool pausing_ = false;
  Serve without_thread_;
  ThreadGroup threads_;
};

}  // namespace ringside::blocking_threads
