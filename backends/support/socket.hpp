// What every cell must know about sockets and would otherwise say again: options and error classes.
#pragma once

#include <netinet/in.h>

#include <chrono>

#include "base/fd.hpp"

namespace ringside {

/// Switches Nagle's algorithm off: an answer written in two pieces would otherwise wait for the
/// peer's delayed acknowledgement, 40 ms each. Failure is ignored: the peer may be gone already.
void set_no_delay(int socket) noexcept;

/// A TCP socket with TCP_NODELAY; `flags` are those of socket(2). None, with errno set, when there
/// are no descriptors or no memory.
UniqueFd make_socket(int flags) noexcept;

/// Connects `socket`. One that is non-blocking may be on its way still, and how that ended shows at
/// its first use. False, with errno set, when the connection is refused.
bool connect_to(const UniqueFd& socket, const sockaddr_in& address) noexcept;

/// Whether a positive errno value says that there are no descriptors or no memory for one more.
bool is_exhausted(int error) noexcept;

/// What a failed accept(2) says about going on. Source: accept(2), "Error handling".
enum class AcceptFailure {
  try_again,  ///< the connection was gone before it was accepted, or a signal came: accept again
  none_left,  ///< nothing is waiting (EAGAIN): wait for readiness
  exhausted,  ///< no descriptors or memory: pause for accept_pause, then try again
  broken,     ///< the listening socket is unusable, or a filter refuses the call: give up
};

/// Classifies a positive errno value from accept(2).
AcceptFailure classify_accept(int error) noexcept;

/// How long to leave a listening socket alone after AcceptFailure::exhausted. Without a pause a
/// level-triggered loop spins, because the connection that could not be accepted stays ready.
inline constexpr std::chrono::milliseconds accept_pause{20};

}  // namespace ringside
