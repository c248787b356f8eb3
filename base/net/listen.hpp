// Addresses and listening sockets, as the harness makes them for cells and for `serve`.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace ringside {

/// An IPv4 address and port, in host byte order.
struct Endpoint {
  std::uint32_t address = INADDR_LOOPBACK;
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// "127.0.0.1:8080".
std::string to_string(const Endpoint& endpoint);

/// Parses "HOST:PORT"; HOST is a dotted IPv4 address or "localhost". Throws Error.
Endpoint parse_endpoint(std::string_view text);

bool is_loopback(const Endpoint& endpoint) noexcept;

/// The kernel's form of an endpoint.
sockaddr_in to_sockaddr(const Endpoint& endpoint) noexcept;

/// Listening sockets and where they listen.
struct Listeners {
  std::vector<UniqueFd> sockets;    ///< non-blocking, close-on-exec, TCP_NODELAY
  std::vector<Endpoint> endpoints;  ///< of sockets[i], with the port that was obtained
};

/// `count` sockets on one endpoint, among which the kernel spreads connections by hash
/// (SO_REUSEPORT, socket(7)): for clients that know one port. Throws Error.
Listeners listen_shared(const Endpoint& endpoint, std::size_t count);

/// `count` sockets on ports of their own on 127.0.0.1, so that the load generator can give every
/// event loop exactly the same number of connections, which a hash does not. Throws Error.
Listeners listen_apart(std::size_t count);

}  // namespace ringside
