#include "backends/support/socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace ringside {

namespace {

// A connect that a signal interrupts goes on by itself (connect(2), EINTR). Returns an errno value.
int finish_connect(int socket) noexcept {
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) continue;
  int failure = 0;
  socklen_t length = sizeof failure;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &length);
  return failure;
}

}  // namespace

void set_no_delay(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

UniqueFd connect_to(const sockaddr_in& address, int flags) noexcept {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!socket) return {};
  set_no_delay(socket.get());
  int error = 0;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    error = errno == EINTR && (flags & SOCK_NONBLOCK) == 0 ? finish_connect(socket.get()) : errno;
  }
  if (error == 0 || error == EINPROGRESS || error == EINTR) return socket;
  socket.reset();
  errno = error;
  return {};
}

bool is_exhausted(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

AcceptFailure classify_accept(int error) noexcept {
  if (is_exhausted(error)) return AcceptFailure::exhausted;
  switch (error) {
    case EAGAIN:
      return AcceptFailure::none_left;
    case EBADF:
    case EFAULT:
    case EINVAL:
    case ENOTSOCK:
      return AcceptFailure::broken;
    default:
      // Errors of the connection itself, which Linux passes through accept: try the next one.
      return AcceptFailure::try_again;
  }
}

}  // namespace ringside
