#include "backends/libevent/acceptor.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"

namespace ringside::libevent {

// Backlog 0: the socket listens already. It stays the caller's, so no LEV_OPT_CLOSE_ON_FREE.
Acceptor::Acceptor(event_base* base, int listener, const StopSignal& stop, OnAccept on_accept)
    : base_(base),
      on_accept_(std::move(on_accept)),
      listener_(evconnlistener_new(base, accepted, this, LEV_OPT_CLOSE_ON_EXEC, 0, listener)),
      pause_(evtimer_new(base, pause_over, this)),
      stop_(event_new(base, stop.fd(), EV_READ, stopped, this)) {
  if (!listener_ || !pause_ || !stop_ || event_add(stop_.get(), nullptr) < 0) {
    throw Error("libevent: the listening socket and the stop signal cannot be waited for",
                remedy(Need::call, ENOMEM));
  }
  evconnlistener_set_error_cb(listener_.get(), failed);
}

void Acceptor::run() {
  const int ended = event_base_dispatch(base_);  // 0: it was told to
  if (broken_ != 0) throw_errno("accepting a connection", broken_);
  if (ended != 0) {
    throw Error(
        fmt::format("libevent: the event loop ended by itself (event_base_dispatch: {})", ended));
  }
}

void Acceptor::pause() noexcept {
  const timeval pause{.tv_sec = 0, .tv_usec = std::chrono::microseconds(accept_pause).count()};
  evconnlistener_disable(listener_.get());
  event_add(pause_.get(), &pause);
}

void Acceptor::accepted(evconnlistener*, int socket, sockaddr*, int, void* self) noexcept {
  set_no_delay(socket);
  static_cast<Acceptor*>(self)->on_accept_(UniqueFd(socket));
}

void Acceptor::failed(evconnlistener*, void* self) noexcept {
  auto& acceptor = *static_cast<Acceptor*>(self);
  const int error = EVUTIL_SOCKET_ERROR();
  const AcceptFailure failure = classify_accept(error);  // otherwise the listener tries again
  if (failure == AcceptFailure::broken) {
    acceptor.broken_ = error;
    event_base_loopbreak(acceptor.base_);
  }
  if (failure == AcceptFailure::exhausted) acceptor.pause();
}

void Acceptor::pause_over(int, short, void* self) noexcept {
  evconnlistener_enable(static_cast<Acceptor*>(self)->listener_.get());
}

void Acceptor::stopped(int, short, void* self) noexcept {
  event_base_loopbreak(static_cast<Acceptor*>(self)->base_);
}

}  // namespace ringside::libevent
