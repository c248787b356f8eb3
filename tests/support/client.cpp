#include "tests/support/client.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "base/error.hpp"
#include "tests/support/process.hpp"

namespace ringside::test {

namespace {

void set_option(int socket, int level, int name, int value) {
  check(::setsockopt(socket, level, name, &value, sizeof value), "setsockopt");
}

bool wait_for(int socket, short events) {
  pollfd waiting{.fd = socket, .events = events, .revents = 0};
  const auto timeout = std::chrono::milliseconds(patience).count();
  return check(::poll(&waiting, 1, static_cast<int>(timeout)), "poll") > 0;
}

// What a failed send(2) or recv(2) says about the connection.
Moved classify_failure(std::string_view operation) {
  if (errno == EAGAIN || errno == EINTR) return {};
  if (errno == ECONNRESET || errno == EPIPE) return {.bytes = 0, .end = End::reset};
  throw_errno(operation);
}

}  // namespace

void set_buffers(int socket, const SocketBuffers& buffers) {
  if (buffers.send_bytes > 0) set_option(socket, SOL_SOCKET, SO_SNDBUF, buffers.send_bytes);
  if (buffers.receive_bytes > 0) set_option(socket, SOL_SOCKET, SO_RCVBUF, buffers.receive_bytes);
}

Listeners listen_with_small_buffers(std::size_t count) {
  Listeners listeners = listen_apart(count);
  for (const UniqueFd& socket : listeners.sockets) set_buffers(socket.get(), small_buffers);
  return listeners;
}

Client::Client(const SocketBuffers& buffers)
    : socket_(check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")) {
  set_option(fd(), IPPROTO_TCP, TCP_NODELAY, 1);
  set_buffers(fd(), buffers);
}

Client::Client(const Endpoint& server, const SocketBuffers& buffers) : Client(buffers) {
  connect(server);
}

void Client::connect(const Endpoint& server) {
  const sockaddr_in address = to_sockaddr(server);
  if (::connect(fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
  if (errno != EINPROGRESS) throw_errno("connect");
  if (!wait_for(fd(), POLLOUT)) throw Error("the connection was not established in time");
  int failure = 0;
  socklen_t length = sizeof failure;
  check(::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &failure, &length), "getsockopt");
  if (failure != 0) throw_errno("connect", failure);
}

void Client::renumber(int lowest) {
  socket_ = UniqueFd(check(::fcntl(fd(), F_DUPFD_CLOEXEC, lowest), "fcntl(F_DUPFD_CLOEXEC)"));
}

Moved Client::send_some(std::span<const std::byte> bytes) {
  const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) return classify_failure("send");
  return {.bytes = static_cast<std::size_t>(sent), .end = End::none};
}

Moved Client::receive_some(std::span<std::byte> room) {
  const ssize_t received = ::recv(fd(), room.data(), room.size(), 0);
  if (received < 0) return classify_failure("recv");
  return {.bytes = static_cast<std::size_t>(received),
          .end = received == 0 ? End::closed : End::none};
}

void Client::finish_sending() {
  check(::shutdown(fd(), SHUT_WR), "shutdown");
}

End Client::wait_for_end() {
  std::array<std::byte, 65536> discarded;
  while (wait_for(fd(), POLLIN)) {
    const Moved moved = receive_some(discarded);
    if (moved.end != End::none) return moved.end;
  }
  throw Error("the server did not end the connection in time");
}

void Client::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  check(::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "SO_LINGER");
  close();
}

}  // namespace ringside::test
