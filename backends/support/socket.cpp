#include "backends/support/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace ringside {

void set_no_delay(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

AcceptFailure classify_accept(int error) noexcept {
  switch (error) {
    case EAGAIN:
      return AcceptFailure::none_left;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return AcceptFailure::exhausted;
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
