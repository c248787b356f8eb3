// Threads for cells that run one event loop per listening socket.
#pragma once

#include <functional>
#include <span>

namespace ringside {

class StopSignal;

/// What a loop calls when it has all it needs and is about to accept.
using Ready = std::function<void()>;

/// Sets up a loop for `listener`, calls `ready` once, and runs until it is told to stop.
using RunLoop = std::function<void(int listener, const Ready& ready)>;

/// Runs `loop` once for each listener, each on a thread of its own (the first on the calling one),
/// and returns when all have returned. When all of them are ready, `all_ready` is called, on the
/// thread of the last. When one throws, or has no thread to run on, `stop` is raised so that the
/// others end too, and the first exception is rethrown here.
void run_loops(std::span<const int> listeners, const StopSignal& stop, const Ready& all_ready,
               const RunLoop& loop);

/// The same for the work order of a cell.
template <typename Task>
void run_loops(const Task& task, const RunLoop& loop) {
  run_loops(task.listeners, task.stop, task.ready, loop);
}

}  // namespace ringside
