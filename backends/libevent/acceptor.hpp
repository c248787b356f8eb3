// Accepting on libevent until descriptors run out, and again when there may be some; until stopped.
#pragma once

#include <sys/socket.h>

#include <functional>

#include "backends/libevent/resources.hpp"
#include "base/fd.hpp"

namespace ringside {

class StopSignal;

}  // namespace ringside

namespace ringside::libevent {

/// Takes connections from a listening socket while a base is dispatched. Base, listener and signal
/// are the caller's and outlive this.
class Acceptor {
 public:
  /// Called with each connection, non-blocking and with TCP_NODELAY. Must not throw: libevent is C,
  /// and no exception may pass through it.
  using OnAccept = std::function<void(UniqueFd socket)>;

  /// Throws Error.
  Acceptor(event_base* base, int listener, const StopSignal& stop, OnAccept on_accept);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  /// Dispatches the base until the signal is raised. Throws Error when the listener is broken.
  void run();

  /// Leaves the listening socket alone for accept_pause: its clients wait in the backlog.
  void pause() noexcept;

 private:
  static void accepted(evconnlistener*, int socket, sockaddr*, int, void* self) noexcept;
  static void failed(evconnlistener*, void* self) noexcept;
  static void pause_over(int, short, void* self) noexcept;
  static void stopped(int, short, void* self) noexcept;

  event_base* base_;
  OnAccept on_accept_;
  UniqueListener listener_;
  UniqueEvent pause_;
  UniqueEvent stop_;
  int broken_ = 0;  // the errno value that makes going on impossible
};

}  // namespace ringside::libevent
