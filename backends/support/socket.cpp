#include "backends/support/socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace ringside {

namespace {

// A connect that a signal interrupts goes on by itself (connect(2), EINTR).
bool finish_connect(int socket) noexcept {
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) continue;
  socklen_t length = sizeof errno;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &errno, &length);
  return errno == 0;
}

}  // namespace

void set_no_delay(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

UniqueFd make_socket(int flags) noexcept {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (socket) set_no_delay(socket.get());
  return socket;
}

bool connect_to(const UniqueFd& socket, const sockaddr_in& address) noexcept {
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.get(), to, sizeof address) == 0 || errno == EINPROGRESS) return true;
  return errno == EINTR && finish_connect(socket.get());
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
    case ENOSYS:
    case EPERM:
    case EACCES:
      return AcceptFailure::broken;
    default:
      // Errors of the connection itself, which Linux passes through accept: try the next one.
      return AcceptFailure::try_again;
  }
}

}  // namespace ringside
