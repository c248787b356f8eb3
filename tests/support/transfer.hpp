// Streams of bytes on their way through an echo server and back, checked byte by byte.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "tests/support/client.hpp"

namespace ringside::test {

using Bytes = std::vector<std::byte>;

/// `count` random bytes, the same ones for the same seed.
Bytes random_bytes(std::size_t count, std::uint64_t seed);

/// No limit to the bytes of one call.
inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// What a client does when it has sent its stream.
enum class AfterSending { stay_open, finish };

/// One stream that a client sends and expects back. Refers to the client and the bytes; both must
/// outlive it. Throws Error when a byte comes back wrong, early or not at all.
class Transfer {
 public:
  Transfer(Client& client, std::span<const std::byte> stream,
           AfterSending after = AfterSending::stay_open);

  /// Sends at most `limit` bytes, as many as the socket takes at once; returns whether any went.
  bool send_some(std::size_t limit = unlimited);

  /// Receives and checks at most `limit` bytes of those that have arrived; returns whether any had.
  bool receive_some(std::size_t limit = unlimited);

  std::size_t sent() const noexcept { return sent_; }
  std::size_t received() const noexcept { return received_; }
  bool all_sent() const noexcept { return sent_ == stream_.size(); }
  bool complete() const noexcept { return received_ == stream_.size(); }
  const Client& client() const noexcept { return *client_; }

 private:
  Client* client_;
  std::span<const std::byte> stream_;
  AfterSending after_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
};

/// Sends without receiving until all is sent, or the server has taken nothing more for 100 ms.
void fill(std::span<Transfer> transfers);

/// How fast a client reads: at most so many bytes at a time, and a pause after each time.
struct ReadingPace {
  std::size_t bytes = unlimited;
  std::chrono::microseconds pause{0};
};

/// Moves all transfers side by side until every one is complete. Throws Error when nothing moves
/// for `patience`.
void complete(std::span<Transfer> transfers, const ReadingPace& pace = {});

/// One stream there and back on one connection.
void echo(Client& client, std::span<const std::byte> stream);

}  // namespace ringside::test
