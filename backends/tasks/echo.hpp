// What an echo cell is given: everything it needs to be a TCP server that returns every byte, and
// nothing about who will talk to it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace ringside {

class StopSignal;

/// The work order of one echo cell. The cell returns when `stop` is raised, and throws Error when
/// it cannot start or go on. Everything here outlives the cell's call.
struct EchoTask {
  static constexpr std::string_view scenario = "echo";

  /// Listening, non-blocking TCP sockets, one for each event loop: loop i accepts from listeners[i]
  /// and keeps the connections it accepts. Owned by the caller.
  std::span<const int> listeners;

  /// Bytes that a single read may take: the same for every backend, at least one message.
  std::size_t buffer_bytes;

  /// Raised when the cell must close its connections and return, also in the middle of work.
  const StopSignal& stop;

  /// Records what was really used ("recv" is "multishot") for the results. May be called from any
  /// thread of the cell; a name recorded again keeps the last value.
  std::function<void(std::string_view name, std::string_view value)> effective;

  /// Called once, from any thread of the cell, when every event loop has what it needs and is about
  /// to accept: nobody is told before that the cell serves.
  std::function<void()> ready = [] {};
};

}  // namespace ringside
