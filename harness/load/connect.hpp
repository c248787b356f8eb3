// Connecting to a backend, with a limit to the waiting.
#pragma once

#include <chrono>

#include "base/fd.hpp"
#include "base/net/listen.hpp"

namespace ringside {

/// A connected TCP socket without Nagle's algorithm, blocking. Throws TargetFailure when the
/// backend does not accept within `limit`, Error when this machine has no socket to give.
UniqueFd connect_to(const Endpoint& endpoint, std::chrono::seconds limit);

}  // namespace ringside
