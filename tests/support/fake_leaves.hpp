// Leaves of a fan-out that do as a test says: for tests of middle tiers.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "base/fd.hpp"
#include "base/stop_signal.hpp"

namespace ringside::test {

/// What a leaf does with one request.
struct LeafAction {
  enum class Kind {
    reply,   ///< replies, after `delay`
    silent,  ///< never replies to this one
    close,   ///< ends the connection in good order, after `delay`
    reset,   ///< breaks the connection, after `delay`
    wrong,   ///< replies, after `delay`, with an id that nobody has asked for
  };
  Kind kind = Kind::reply;
  std::chrono::microseconds delay{0};
  /// Not before this is true, however much later than `delay`; looked at once a millisecond. Owned
  /// by the test, which sets it from any thread and keeps it for as long as the leaves.
  const std::atomic<bool>* held_until = nullptr;
  /// The reply leaves in pieces of at most so many bytes, a millisecond apart; 0: at once. Replies
  /// on one connection never mix: those that are due wait until the one under way has left.
  std::size_t piece_bytes = 0;
  /// After so many bytes of the reply comes a pause; 0: none.
  std::size_t pause_after_bytes = 0;
  std::chrono::microseconds pause{0};
};

/// Decides for the `sequence`-th request (from 0) that leaf `leaf` receives on one connection.
/// Called on the leaves' thread.
using LeafScript =
    std::function<LeafAction(std::size_t leaf, std::uint64_t sequence, std::uint64_t id)>;

/// The bytes of the reply that `leaf` gives to the request with that id: the id, the leaf's number
/// in 8 bytes if there is room, then bytes that follow from both. Every byte can be foretold.
std::vector<std::byte> leaf_reply(std::size_t leaf, std::uint64_t id, std::size_t bytes);

/// The bytes of the request with that id.
std::vector<std::byte> leaf_request(std::uint64_t id, std::size_t bytes);

/// `count` leaves on ports of their own, served by one thread of this object. Replies with delays
/// overtake each other: they leave when they are due, in whatever order they were asked for.
class FakeLeaves {
 public:
  struct Sizes {
    std::size_t request_bytes = 128;
    std::size_t reply_bytes = 128;
  };

  /// Every request is checked byte for byte; see wrong_requests(). Throws Error.
  FakeLeaves(std::size_t count, Sizes sizes, LeafScript script = {});
  FakeLeaves(const FakeLeaves&) = delete;
  FakeLeaves& operator=(const FakeLeaves&) = delete;
  ~FakeLeaves();

  std::span<const sockaddr_in> addresses() const noexcept { return addresses_; }

  std::size_t connections() const noexcept { return connections_; }  ///< open at the moment
  std::size_t accepted() const noexcept { return accepted_; }        ///< since the start
  std::uint64_t requests() const noexcept { return requests_; }      ///< received whole
  std::uint64_t replies() const noexcept { return replies_; }        ///< handed over to the kernel
  std::uint64_t wrong_requests() const noexcept { return wrong_requests_; }

 private:
  class Server;

  std::vector<UniqueFd> listeners_;
  std::vector<sockaddr_in> addresses_;
  std::atomic<std::size_t> connections_ = 0, accepted_ = 0;
  std::atomic<std::uint64_t> requests_ = 0, replies_ = 0, wrong_requests_ = 0;
  StopSignal stop_;
  std::thread thread_;
};

}  // namespace ringside::test
