// What a fan_out cell is given: everything it needs to be a middle tier between clients and leaves,
// and nothing about who they are.
//
// Over each connection from a client ("parent connection") come requests of request_bytes. The cell
// sends every request, as it is, to each of the leaves, over connections that it keeps for this
// parent connection alone. Each leaf answers with a reply of reply_bytes that begins with the same
// eight bytes as the request. As soon as `quorum` replies to the request are there, the cell
// answers the client with them, one after the other in any order, and goes on to the next request.
//
// Replies that come after the quorum are late. They are read when they come and thrown away; that a
// reply is late is told by its first eight bytes (message_id), because a leaf may answer a new
// request before an old one. When a leaf ends a connection or breaks it, the cell ends the parent
// connection; when the client does, the cell ends those to the leaves.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>

namespace ringside {

class StopSignal;

/// The first eight bytes of a request or reply: a reply belongs to the request that has the same.
inline std::uint64_t message_id(std::span<const std::byte> message) noexcept {
  std::uint64_t id = 0;
  std::memcpy(&id, message.data(), sizeof id);
  return id;
}

/// The work order of one fan_out cell. The cell returns when `stop` is raised, and throws Error
/// when it cannot start or go on. Everything here outlives the cell's call.
struct FanOutTask {
  static constexpr std::string_view scenario = "fan_out";

  /// Listening, non-blocking TCP sockets, one for each event loop: loop i accepts from listeners[i]
  /// and keeps the connections it accepts. Owned by the caller.
  std::span<const int> listeners;

  /// Where the leaves listen; one connection to each of them for every parent connection.
  std::span<const sockaddr_in> leaves;

  std::size_t request_bytes;  ///< at least 8
  std::size_t reply_bytes;    ///< at least 8
  std::size_t quorum;         ///< replies to wait for: 1 to the number of leaves

  /// Counts replies that came too late for their quorum and were thrown away. May be called from
  /// any thread of the cell.
  std::function<void(std::uint64_t replies)> count_late;

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
