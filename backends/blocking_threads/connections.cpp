#include "backends/blocking_threads/connections.hpp"

#include <cerrno>
#include <utility>

#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"

namespace ringside::blocking_threads {

Connections::Connections(int listener, const StopSignal& stop)
    : stop_(stop),
      waited_for_{pollfd{.fd = stop.fd(), .events = POLLIN, .revents = 0},
                  pollfd{.fd = listener, .events = POLLIN, .revents = 0}} {}

bool Connections::wait() {
  for (;;) {
    // In a pause only the stop signal is listened to.
    const bool paused = std::exchange(pausing_, false);
    const nfds_t watched = paused ? 1 : 2;
    const int timeout_ms = paused ? static_cast<int>(accept_pause.count()) : -1;
    if (::poll(waited_for_.data(), watched, timeout_ms) < 0 && errno != EINTR)
      throw_errno("waiting for connections (poll)");
    if (stop_.raised()) return false;
    if (!without_thread_) return true;
    start(std::exchange(without_thread_, nullptr));
  }
}

void Connections::accept_failed(int error) {
  const AcceptFailure failure = classify_accept(error);
  if (failure == AcceptFailure::broken) throw_errno("accepting a connection", error);
  if (failure == AcceptFailure::exhausted) pause();
}

void Connections::start(Serve serve) {
  if (threads_.start(serve)) return;
  without_thread_ = std::move(serve);
  pause();
}

}  // namespace ringside::blocking_threads
