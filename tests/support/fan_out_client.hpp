// A client of a fan-out cell, who knows what every byte of an answer must be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tests/support/client.hpp"
#include "tests/support/fake_leaves.hpp"

namespace ringside::test {

/// What a fan-out is made of.
struct FanOutShape {
  std::size_t leaves = 3;
  std::size_t request_bytes = 128;
  std::size_t reply_bytes = 128;
  std::size_t quorum = 0;  ///< 0: all leaves

  std::size_t awaited() const noexcept { return quorum == 0 ? leaves : quorum; }
  std::size_t answer_bytes() const noexcept { return awaited() * reply_bytes; }
};

/// One parent connection. Nothing waits longer than `patience`; what the cell may not do, an end of
/// the connection included, is thrown as an Error.
class FanOutClient {
 public:
  FanOutClient(const Endpoint& cell, const FanOutShape& shape, const SocketBuffers& buffers = {});

  /// Not connected yet.
  explicit FanOutClient(const FanOutShape& shape);

  /// Sends a request that nobody has sent before, or that of a given id, and returns its id.
  std::uint64_t request();
  std::uint64_t request(std::uint64_t id);

  /// Sends all of `bytes`, which need not be whole requests.
  void send(std::span<const std::byte> bytes);

  /// Receives the answer to the request with that id, which must be the next that comes, and checks
  /// every byte. Returns the leaves whose replies it is made of, none twice; who they are is not
  /// known of replies shorter than 16 bytes.
  std::vector<std::size_t> answer(std::uint64_t id);

  /// One request and its answer.
  std::vector<std::size_t> ask() { return answer(request()); }

  /// Nothing has come that was not asked for.
  void expect_quiet();

  Client& connection() noexcept { return client_; }

 private:
  void receive(std::span<std::byte> room);
  std::size_t check_reply(std::uint64_t id, std::span<const std::byte> reply) const;

  FanOutShape shape_;
  Client client_;
};

/// An id that no request of this process has had.
std::uint64_t new_request_id();

}  // namespace ringside::test
