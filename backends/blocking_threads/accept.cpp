#include "backends/blocking_threads/accept.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "backends/support/socket.hpp"
#include "backends/support/thread_group.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"

namespace ringside::blocking_threads {

void accept_until_stopped(int listener, const StopSignal& stop, const Open& open) {
  ThreadGroup connections;
  Serve serve;  // a connection that has no thread yet
  bool exhausted = false;
  std::array waiting{pollfd{.fd = stop.fd(), .events = POLLIN, .revents = 0},
                     pollfd{.fd = listener, .events = POLLIN, .revents = 0}};
  for (;;) {
    // Out of descriptors or threads: those who are served go on, the others wait in the backlog,
    // and for a moment only the stop signal is listened to.
    const nfds_t watched = exhausted ? 1 : 2;
    const int timeout_ms = exhausted ? static_cast<int>(accept_pause.count()) : -1;
    if (::poll(waiting.data(), watched, timeout_ms) < 0 && errno != EINTR)
      throw_errno("waiting for connections (poll)");
    if (stop.raised()) return;

    if (!serve) {
      UniqueFd socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
      if (!socket) {
        const int error = errno;
        const AcceptFailure failure = classify_accept(error);
        if (failure == AcceptFailure::broken) throw_errno("accepting a connection", error);
        exhausted = failure == AcceptFailure::exhausted;
        continue;
      }
      set_no_delay(socket.get());
      serve = open(std::move(socket));
    }
    exhausted = !serve || !connections.start(serve);
    if (!exhausted) serve = nullptr;
  }
}

}  // namespace ringside::blocking_threads
