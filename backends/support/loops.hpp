// Threads for cells that run one event loop per listening socket.
#pragma once

#include <functional>
#include <span>

namespace ringside {

class StopSignal;

/// Calls `loop(listener)` once for each listener, each on a thread of its own (the first on the
/// calling one), and returns when all have returned. When one throws, `stop` is raised so that the
/// others end too, and the first exception is rethrown here.
void run_loops(std::span<const int> listeners, const StopSignal& stop,
               const std::function<void(int listener)>& loop);

}  // namespace ringside
