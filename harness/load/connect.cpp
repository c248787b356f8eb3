#include "harness/load/connect.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"
#include "harness/load/load.hpp"

namespace ringside {

namespace {

// What became of a connect(2) that has just failed: 0 when it succeeds after all. One that a signal
// interrupted goes on by itself and must not be repeated.
int finish_connecting(int socket, std::chrono::milliseconds limit) {
  if (errno != EINTR) return errno;
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

}  // namespace

UniqueFd connect_to(const Endpoint& endpoint, std::chrono::seconds limit) {
  UniqueFd socket(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "a socket of the load"));
  const int on = 1;
  check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on),
        "TCP_NODELAY of the load's socket");
  // Bounds a blocking connect(2) too, see socket(7).
  const timeval longest{.tv_sec = limit.count(), .tv_usec = 0};
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest),
        "SO_SNDTIMEO of the load's socket");
  const sockaddr_in address = to_sockaddr(endpoint);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  const bool connected = ::connect(socket.get(), generic, sizeof address) == 0;
  const int error = connected ? 0 : finish_connecting(socket.get(), limit);
  if (error != 0) {
    throw TargetFailure(TargetFailure::Kind::broke_off,
                        fmt::format("connecting to {} failed: {}", to_string(endpoint),
                                    std::generic_category().message(error)),
                        remedy(Need::connecting, error));
  }
  return socket;
}

}  // namespace ringside
