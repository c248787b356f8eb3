#include "base/net/listen.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"

namespace ringside {

namespace {

constexpr std::string_view endpoint_mend = "write HOST:PORT, for example 127.0.0.1:7000";

enum class Sharing { no, yes };

[[noreturn]] void throw_not_listening(const Endpoint& endpoint, int code) {
  // Nobody has chosen port 0 for its number: another one is no cure.
  const bool any_port = endpoint.port == 0 && is_loopback(endpoint);
  throw_errno(any_port ? "cannot listen on any free port of the loopback"
                       : fmt::format("cannot listen on {}", to_string(endpoint)),
              code, remedy(any_port ? Need::any_port : Need::listening, code));
}

/// With Sharing::yes other sockets may listen on the same endpoint (SO_REUSEPORT).
UniqueFd listen_on(const Endpoint& endpoint, Sharing sharing) {
  UniqueFd socket(check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                        "a listening socket"));
  const int on = 1;
  const int shared = sharing == Sharing::yes ? 1 : 0;
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on),
        "SO_REUSEADDR of a listening socket");
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &shared, sizeof shared),
        "SO_REUSEPORT of a listening socket");
  check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on),
        "TCP_NODELAY of a listening socket");

  const sockaddr_in address = to_sockaddr(endpoint);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    throw_not_listening(endpoint, errno);
  }
  if (::listen(socket.get(), SOMAXCONN) < 0) throw_not_listening(endpoint, errno);
  return socket;
}

Endpoint local_endpoint(int socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  check(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length),
        "the port of a listening socket (getsockname)");
  return {.address = ntohl(address.sin_addr.s_addr), .port = ntohs(address.sin_port)};
}

void add(Listeners& listeners, const Endpoint& endpoint) {
  listeners.sockets.push_back(listen_on(endpoint, Sharing::yes));
  listeners.endpoints.push_back(local_endpoint(listeners.sockets.back().get()));
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
  const std::uint32_t a = endpoint.address;
  return fmt::format("{}.{}.{}.{}:{}", a >> 24, (a >> 16) & 255, (a >> 8) & 255, a & 255,
                     endpoint.port);
}

Endpoint parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    throw Error(fmt::format("'{}' is not an address: the port is missing", text),
                std::string(endpoint_mend));
  }
  std::string host(text.substr(0, colon));
  const std::string_view port_text = text.substr(colon + 1);
  Endpoint endpoint;
  const auto [end, failure] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), endpoint.port);
  if (failure != std::errc() || end != port_text.data() + port_text.size()) {
    throw Error(fmt::format("'{}' is not a port: a number from 0 to 65535 is needed", port_text),
                std::string(endpoint_mend));
  }
  if (host == "localhost") host = "127.0.0.1";
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) != 1) {
    throw Error(fmt::format("'{}' is not an IPv4 address", host), std::string(endpoint_mend));
  }
  endpoint.address = ntohl(address.s_addr);
  return endpoint;
}

bool is_loopback(const Endpoint& endpoint) noexcept {
  return endpoint.address >> 24 == IN_LOOPBACKNET;
}

sockaddr_in to_sockaddr(const Endpoint& endpoint) noexcept {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(endpoint.address);
  address.sin_port = htons(endpoint.port);
  return address;
}

Listeners listen_shared(const Endpoint& endpoint, std::size_t count) {
  // Another program of the same user that shares its port would let us in without a word and take a
  // part of the clients: a socket that does not share finds out.
  if (endpoint.port != 0) listen_on(endpoint, Sharing::no);
  Listeners listeners;
  add(listeners, endpoint);
  const Endpoint bound = listeners.endpoints.front();
  while (listeners.sockets.size() < count) add(listeners, bound);
  return listeners;
}

Listeners listen_apart(std::size_t count) {
  Listeners listeners;
  while (listeners.sockets.size() < count) add(listeners, Endpoint{});
  return listeners;
}

}  // namespace ringside
