// A cell at work in this process.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "backends/backend.hpp"
#include "base/net/listen.hpp"
#include "base/stop_signal.hpp"

namespace ringside::test {

/// What a cell reads at once when a test has no reason to choose.
inline constexpr std::size_t default_buffer_bytes = 16384;

/// What runs a cell, until the signal is raised: its listening sockets, and the signal.
using CellFunction = std::function<void(std::span<const int> listeners, const StopSignal& stop)>;

/// Runs a cell on a thread of its own, in this process so that sanitizers see it. A cell that
/// does not return when told to stop cannot be got rid of: the process is aborted, after
/// `patience`.
class RunningCell {
 public:
  /// Starts `cell` on `listeners`, one loop each; `name` is for messages.
  RunningCell(std::string_view name, Listeners listeners, CellFunction cell);

  /// Starts the backend's echo cell.
  RunningCell(const Backend& backend, Listeners listeners,
              std::size_t buffer_bytes = default_buffer_bytes);
  RunningCell(const RunningCell&) = delete;
  RunningCell& operator=(const RunningCell&) = delete;
  ~RunningCell();

  /// Where the i-th client connects: the loops take turns.
  const Endpoint& endpoint(std::size_t i = 0) const;

  const StopSignal& stop_signal() const noexcept { return stop_; }
  const Listeners& listeners() const noexcept { return listeners_; }

  /// Whether the cell's function has returned or thrown.
  bool returned() const;

  /// Raises the stop signal and waits for the cell. Rethrows what the cell threw; once.
  void stop();

 private:
  void join();

  const std::string name_;
  const Listeners listeners_;
  const std::vector<int> sockets_;
  const StopSignal stop_;
  std::future<void> done_;
  std::thread thread_;
};

}  // namespace ringside::test
