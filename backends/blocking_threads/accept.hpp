// Accepting with a thread for each connection, until descriptors or threads run out, and again when
// there may be some.
#pragma once

#include <functional>
#include <stop_token>

#include "base/fd.hpp"

namespace ringside {

class StopSignal;

}  // namespace ringside

namespace ringside::blocking_threads {

/// Serves one connection, which it owns. Must not throw, and must return soon after the token says
/// so.
using Serve = std::function<void(const std::stop_token& stop)>;

/// Takes a connection, with TCP_NODELAY, and returns what will serve it; nothing when there are no
/// descriptors for what that takes, and the connection is let go. Must not throw.
using Open = std::function<Serve(UniqueFd socket)>;

/// Calls `open` with each connection that `listener` accepts, and what that returns on a thread of
/// its own. Returns when `stop` has been raised and all of them have returned. Throws Error when
/// the listener is broken.
void accept_until_stopped(int listener, const StopSignal& stop, const Open& open);

}  // namespace ringside::blocking_threads
