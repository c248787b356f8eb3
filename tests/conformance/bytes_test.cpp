// Every byte comes back, once, in order, and as soon as it can.
#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <thread>

#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoBytes : public EchoCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, EchoBytes, testing::ValuesIn(echo_cases()), case_name);

TEST_P(EchoBytes, SingleByte) {
  const RunningCell& cell = start();
  for (std::size_t loop = 0; loop < GetParam().loops; ++loop) {
    Client client(cell.endpoint(loop));
    for (const auto value : {std::byte{0}, std::byte{'x'}, std::byte{255}}) {
      echo(client, std::array{value});
    }
  }
}

TEST_P(EchoBytes, SizesAroundTheBuffer) {
  for (const RunningCell& cell = start(4096);
       const std::size_t bytes : {1, 4095, 4096, 4097, 8191, 8192, 8193, 7 * 4096 + 3, 64 * 4096}) {
    SCOPED_TRACE(bytes);
    const Bytes message = random_bytes(bytes, bytes);
    Client client(cell.endpoint());
    echo(client, message);
    echo(client, message);
  }
}

TEST_P(EchoBytes, BufferSmallerThanWhatArrives) {
  const RunningCell& cell = start(128);
  Client client(cell.endpoint());
  echo(client, random_bytes(64 * 1024, 1));
}

// What comes out must not depend on how the stream was cut into writes, reads and pauses.
TEST_P(EchoBytes, RandomChunksAndPauses) {
  constexpr std::size_t buffer_bytes = 4096;
  const RunningCell& cell = start(buffer_bytes);
  const Bytes stream = random_bytes(512 * 1024, 2);
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::size_t> chunk(1, 3 * buffer_bytes);
    std::uniform_int_distribution<int> dice(0, 7);
    Client client(cell.endpoint(seed));
    Transfer transfer(client, stream);
    while (!transfer.all_sent()) {
      transfer.send_some(chunk(random));
      if (dice(random) != 0) transfer.receive_some(chunk(random));
      if (dice(random) == 0) std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    complete(std::span(&transfer, 1));
  }
}

// A message of two reads is answered in two writes. With Nagle's algorithm on, the second waits for
// the client's delayed acknowledgement of the first: 40 ms a message, 2 s in all. Without, all
// takes some milliseconds. The best of three keeps a machine that stands still for a while out of
// it.
TEST_P(EchoBytes, AnswersInPiecesDoNotWaitForAcknowledgements) {
  using Clock = std::chrono::steady_clock;
  const RunningCell& cell = start(1000);
  const Bytes message = random_bytes(1500, 3);
  Clock::duration best = Clock::duration::max();
  for (int attempt = 0; attempt < 3 && best > std::chrono::seconds(1); ++attempt) {
    Client client(cell.endpoint());
    const auto start_time = Clock::now();
    for (int round = 0; round < 50; ++round) echo(client, message);
    best = std::min(best, Clock::now() - start_time);
  }
  EXPECT_LT(best, std::chrono::seconds(1));
}

}  // namespace

}  // namespace ringside::test
