// Every answer is made of the right replies, whole, in whatever way the bytes came.
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "tests/conformance/fan_out_cell_test.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

using namespace std::chrono_literals;

class FanOutBytes : public FanOutCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, FanOutBytes, testing::ValuesIn(fan_out_cases()), case_name);

TEST_P(FanOutBytes, AnyNumberOfLeaves) {
  for (const std::size_t leaves : {1, 2, 3, 16, 64}) {
    SCOPED_TRACE(leaves);
    start({.leaves = leaves});
    for (FanOutClient& client : client_on_each_loop()) {
      for (int i = 0; i < 10; ++i) client.ask();
      client.expect_quiet();
    }
  }
}

TEST_P(FanOutBytes, AnySizes) {
  for (const std::size_t request_bytes : {8, 9, 128, 4096, 65536}) {
    for (const std::size_t reply_bytes : {8, 17, 128, 4096, 65536}) {
      SCOPED_TRACE(testing::Message() << request_bytes << " and " << reply_bytes << " bytes");
      start({.leaves = 3, .request_bytes = request_bytes, .reply_bytes = reply_bytes});
      for (FanOutClient& client : client_on_each_loop()) {
        for (int i = 0; i < 5; ++i) client.ask();
        client.expect_quiet();
      }
    }
  }
}

TEST_P(FanOutBytes, AnswersLargerThanSocketBuffers) {
  start({.leaves = 64, .reply_bytes = 65536}, {}, listen_with_small_buffers);
  for (FanOutClient& client : client_on_each_loop()) client.ask();
}

TEST_P(FanOutBytes, RequestsLargerThanSocketBuffers) {
  start({.leaves = 2, .request_bytes = 12 * 1024 * 1024});
  FanOutClient asking = client();
  for (int i = 0; i < 3; ++i) asking.ask();
}

TEST_P(FanOutBytes, RequestsInSingleBytes) {
  start({.leaves = 3, .request_bytes = 24});
  FanOutClient asking = client();
  for (const int pieces_at_once : {1, 7}) {
    for (int round = 0; round < 3; ++round) {
      const std::uint64_t id = new_request_id();
      int sent = 0;
      for (const std::byte byte : leaf_request(id, shape().request_bytes)) {
        asking.send({&byte, 1});
        if (++sent % pieces_at_once == 0) std::this_thread::sleep_for(200us);
      }
      asking.answer(id);
    }
  }
}

// The cut between requests must not matter: some come in halves, some several at once.
TEST_P(FanOutBytes, PipelinedRequestsInAnyCut) {
  for (const std::size_t request_bytes : {std::size_t{40}, std::size_t{5000}}) {
    for (const std::size_t cut :
         {std::size_t{33}, std::size_t{100}, std::size_t{4096}, unlimited}) {
      SCOPED_TRACE(testing::Message() << request_bytes << " bytes cut at " << cut);
      start({.leaves = 3, .request_bytes = request_bytes});
      FanOutClient asking = client();
      std::vector<std::uint64_t> ids;
      Bytes stream;
      for (int i = 0; i < 60; ++i) {
        ids.push_back(new_request_id());
        const Bytes request = leaf_request(ids.back(), request_bytes);
        stream.insert(stream.end(), request.begin(), request.end());
      }
      for (std::span<const std::byte> rest = stream; !rest.empty();) {
        const auto part = rest.first(std::min(cut, rest.size()));
        asking.send(part);
        rest = rest.subspan(part.size());
      }
      for (const std::uint64_t id : ids) asking.answer(id);
      asking.expect_quiet();
    }
  }
}

TEST_P(FanOutBytes, RepliesInPieces) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{40}}) {
    start({.leaves = 3, .reply_bytes = 45}, [=](std::size_t leaf, std::uint64_t, std::uint64_t) {
      return LeafAction{.piece_bytes = piece + leaf};
    });
    FanOutClient asking = client();
    for (int i = 0; i < 3; ++i) asking.ask();
    asking.expect_quiet();
  }
}

TEST_P(FanOutBytes, LeavesInAnyOrder) {
  start({.leaves = 8}, [](std::size_t leaf, std::uint64_t sequence, std::uint64_t) {
    const auto turn = static_cast<std::int64_t>((leaf * 5 + sequence * 3) % 8);
    return LeafAction{.delay = turn * 2ms};
  });
  for (FanOutClient& client : client_on_each_loop()) {
    for (int i = 0; i < 8; ++i) client.ask();
    client.expect_quiet();
  }
}

// Nagle's algorithm would now and then hold back a request until the last one is acknowledged, 40
// ms, but only under circumstances that a test can hardly bring about; so the sockets are asked.
TEST_P(FanOutBytes, NagleIsOffEverywhere) {
  start({.leaves = 3});
  const std::vector<FanOutClient> clients = client_on_each_loop();
  int connections = 0;
  for (int socket = 0; socket < 4096; ++socket) {
    int listens = 0, no_delay = 0;
    socklen_t length = sizeof listens;
    if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) < 0) continue;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length) < 0) continue;
    if (listens != 0) continue;
    ++connections;
    EXPECT_NE(no_delay, 0);
  }
  // Both ends of each: the client's, and those to its leaves.
  EXPECT_GE(connections, static_cast<int>(clients.size() * 2 * (1 + shape().leaves)));
}

}  // namespace

}  // namespace ringside::test
