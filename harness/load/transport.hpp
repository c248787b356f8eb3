// How a load moves bytes over many connections: the only part of it that knows what the kernel
// offers for that.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "base/fd.hpp"

namespace ringside {

/// A client of byte streams, as the Transport that moves its bytes sees it. Streams are numbered
/// from 0 in the order in which they were added. What these functions throw passes through the
/// transport, which can only be destroyed after that.
class StreamClient {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~StreamClient() = default;

  /// Bytes have come in; this program had them at `now`. They are lent for this call, and are
  /// Transport::longest_piece at most.
  virtual void arrived(std::size_t stream, std::span<const std::byte> bytes,
                       Clock::time_point now) = 0;

  /// The next bytes to send, which stay where they are until the piece after them is asked for or
  /// the transport is gone; empty when there are none now.
  virtual std::span<const std::byte> next_piece(std::size_t stream) = 0;

  /// The peer has ended the stream (`error` is 0), or it broke off with this errno value. Throws.
  virtual void broken(std::size_t stream, int error) = 0;
};

/// How many streams a transport will have, and how many bytes may be under way to it on each.
struct TransportShape {
  std::size_t streams = 0;
  std::size_t bytes_in_flight = 0;
};

/// Connected TCP sockets, and one way of moving their bytes. Made, used and destroyed by one
/// thread. Functions throw Error.
class Transport {
 public:
  static constexpr std::size_t longest_piece = std::size_t{64} << 10;

  /// How often a turn returns though nothing happens; has no part in anything measured.
  static constexpr std::chrono::milliseconds idle_wait{100};

  virtual ~Transport() = default;

  /// Takes over a connected socket, as the next stream.
  virtual void add(UniqueFd socket) = 0;

  /// Tells that the client has something to send on this stream: pieces are asked for and sent
  /// until there are no more. Must not be called from within the client's own functions.
  virtual void send(std::size_t stream) = 0;

  /// Whether send() hands bytes to the kernel before it returns. Otherwise those of all streams
  /// leave together, when the next turn begins.
  virtual bool sends_at_once() const noexcept = 0;

  /// Waits until something happens, and passes a batch of arrivals to the client. Returns false
  /// when nothing did for a while, so that the client can look at its clock. Throws Interrupted
  /// when the user wants to end the run.
  virtual bool turn() = 0;
};

}  // namespace ringside
