// What every cell must know about sockets and would otherwise say again: options and error classes.
#pragma once

#include <chrono>

namespace ringside {

/// Switches Nagle's algorithm off: an answer written in two pieces would otherwise wait for the
/// peer's delayed acknowledgement, 40 ms each. Failure is ignored: the peer may be gone already.
void set_no_delay(int socket) noexcept;

/// What a failed accept(2) says about going on. Source: accept(2), "Error handling".
enum class AcceptFailure {
  try_again,  ///< the connection was gone before it was accepted, or a signal came: accept again
  none_left,  ///< nothing is waiting (EAGAIN): wait for readiness
  exhausted,  ///< no descriptors or memory: pause for accept_pause, then try again
  broken,     ///< the listening socket itself is unusable: give up
};

/// Classifies a positive errno value from accept(2).
AcceptFailure classify_accept(int error) noexcept;

/// How long to leave a listening socket alone after AcceptFailure::exhausted. Without a pause a
/// level-triggered loop spins, because the connection that could not be accepted stays ready.
inline constexpr std::chrono::milliseconds accept_pause{20};

}  // namespace ringside
