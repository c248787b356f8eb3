// Peers that vanish: the cell drops them and goes on.
#include <vector>

#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoReset : public EchoCellTest {
 protected:
  // Runs `vanish(i)` so many times while other connections go on, and then expects that the cell
  // holds nothing for those that vanished.
  template <typename Vanish>
  void survive(const RunningCell& cell, std::size_t times, Vanish vanish) {
    const Bytes message = random_bytes(100, 1);
    std::vector<Client> others = client_on_each_loop(cell);
    const std::size_t held = footprint().descriptors;
    for (std::size_t i = 0; i < times; ++i) {
      vanish(i);
      if (i % 10 == 0) echo(others.front(), message);
    }
    for (Client& other : others) echo(other, message);
    EXPECT_TRUE(eventually([&] { return footprint().descriptors <= held; }))
        << footprint() << " instead of " << held << " descriptors";
    Client late(cell.endpoint());
    echo(late, message);
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, EchoReset, testing::ValuesIn(echo_cases()), case_name);

TEST_P(EchoReset, CloseWithoutAWord) {
  const RunningCell& cell = start();
  survive(cell, 100, [&](std::size_t i) { Client client(cell.endpoint(i)); });
}

TEST_P(EchoReset, ResetWithoutAWord) {
  const RunningCell& cell = start();
  survive(cell, 100, [&](std::size_t i) { Client(cell.endpoint(i)).reset(); });
}

// Sends what the socket takes, so that the cell is reading and writing when the reset comes.
TEST_P(EchoReset, InTheMiddleOfALargeEcho) {
  const RunningCell& cell = start();
  const Bytes stream = random_bytes(1024 * 1024, 2);
  survive(cell, 200, [&](std::size_t i) {
    Client client(cell.endpoint(i));
    Transfer transfer(client, stream);
    for (std::size_t turn = 0; turn < 4 + i % 4; ++turn) transfer.send_some();
    if (i % 2 == 0) transfer.receive_some();
    client.reset();
  });
}

// The cell has stopped reading and waits until it can write; then there is nobody to write to.
TEST_P(EchoReset, WhileAnAnswerIsStuck) {
  const RunningCell& cell = start(listen_with_small_buffers(GetParam().loops));
  const Bytes stream = random_bytes(4 * 1024 * 1024, 3);
  survive(cell, 3, [&](std::size_t i) {
    Client client(cell.endpoint(i), small_buffers);
    Transfer transfer(client, stream);
    fill(std::span(&transfer, 1));
    client.reset();
  });
}

}  // namespace

}  // namespace ringside::test
