// Clients that send much and read late: nothing is lost, and nobody else waits for them.
#include <chrono>
#include <vector>

#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoBackpressure : public EchoCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, EchoBackpressure, testing::ValuesIn(echo_cases()), case_name);

constexpr std::size_t mebibyte = 1024 * 1024;
constexpr ReadingPace slowly{.bytes = 65536, .pause = std::chrono::milliseconds(1)};

// Well-known servers fail this: they drop what a short send left, or have two sends in flight on
// one socket, which the kernel may then interleave.
TEST_P(EchoBackpressure, EightMebibytesAtASlowReader) {
  const RunningCell& cell = start(listen_with_small_buffers(GetParam().loops));
  const Bytes stream = random_bytes(8 * mebibyte, 1);
  Client client(cell.endpoint(), small_buffers);
  Transfer transfer(client, stream);
  fill(std::span(&transfer, 1));
  complete(std::span(&transfer, 1), slowly);
}

// As above with the kernel's own buffer sizes and large bites.
TEST_P(EchoBackpressure, ThirtyTwoMebibytesAtALateReader) {
  const RunningCell& cell = start();
  const Bytes stream = random_bytes(32 * mebibyte, 2);
  Client client(cell.endpoint());
  Transfer transfer(client, stream);
  fill(std::span(&transfer, 1));
  complete(std::span(&transfer, 1));
}

// The slow readers have more bytes outstanding than a pool of buffers holds, be they counted in
// bytes or in buffers: a cell that lets them pin its pool has nothing left for the quick client.
TEST_P(EchoBackpressure, SlowReadersDoNotHoldUpOthers) {
  constexpr std::size_t readers = 16;
  constexpr std::size_t quick_rounds = 100;
  const RunningCell& cell = start(listen_with_small_buffers(GetParam().loops), 2048);
  const Bytes stream = random_bytes(2 * mebibyte, 3);
  std::vector<Client> clients;
  for (std::size_t i = 0; i < readers; ++i) clients.emplace_back(cell.endpoint(i), small_buffers);
  std::vector<Transfer> transfers;
  for (Client& client : clients) transfers.emplace_back(client, stream);
  fill(transfers);

  const Bytes request = random_bytes(128, 4);
  for (std::size_t loop = 0; loop < GetParam().loops; ++loop) {
    Client quick(cell.endpoint(loop));
    for (std::size_t round = 0; round < quick_rounds; ++round) echo(quick, request);
  }
  complete(transfers);
}

}  // namespace

}  // namespace ringside::test
