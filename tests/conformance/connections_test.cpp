// Many connections, in turn and at once, used and unused.
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoConnections : public EchoCellTest {
 protected:
  // Opens `count` connections, echoes `message` on all of them at once, and closes them.
  static void use(const RunningCell& cell, std::size_t count, const Bytes& message) {
    std::vector<Client> clients;
    for (std::size_t i = 0; i < count; ++i) clients.emplace_back(cell.endpoint(i));
    std::vector<Transfer> transfers;
    for (Client& client : clients) transfers.emplace_back(client, message);
    complete(transfers);
  }

  // A cell may keep a few threads or spare descriptors for later, but not one for each connection.
  static void expect_back_at(const Footprint& before) {
    constexpr std::size_t kept = 8;
    EXPECT_TRUE(eventually([&] {
      const Footprint now = footprint();
      return now.descriptors <= before.descriptors + kept && now.threads <= before.threads + kept;
    })) << footprint()
        << " instead of " << before;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, EchoConnections, testing::ValuesIn(echo_cases()), case_name);

TEST_P(EchoConnections, ThousandInTurn) {
  const RunningCell& cell = start();
  const Bytes message = random_bytes(100, 1);
  std::vector<Client> others = client_on_each_loop(cell);
  const Footprint before = footprint();
  for (int batch = 0; batch < 20; ++batch) {
    use(cell, 50, message);
    for (Client& other : others) echo(other, message);
  }
  expect_back_at(before);
}

TEST_P(EchoConnections, ThousandAtOnce) {
  // Each takes two descriptors of this process, one at either end.
  const std::size_t count = std::min<std::size_t>(1000, (raise_descriptor_limit() - 100) / 2);
  const RunningCell& cell = start();
  const Bytes message = random_bytes(100, 2);
  std::vector<Client> others = client_on_each_loop(cell);
  const Footprint before = footprint();
  use(cell, count, message);
  expect_back_at(before);
  for (Client& other : others) echo(other, message);
}

TEST_P(EchoConnections, TwoHundredBusyAtOnce) {
  const RunningCell& cell = start();
  use(cell, 200, random_bytes(50'000, 3));
}

TEST_P(EchoConnections, UnusedOnesCostNothing) {
  // Correct cells take less than 0.2 ms.
  constexpr std::chrono::milliseconds idle{300};
  constexpr std::chrono::milliseconds cpu_allowed{10};
  const RunningCell& cell = start();
  const Bytes message = random_bytes(100, 4);
  std::vector<Client> unused;
  for (std::size_t i = 0; i < 200; ++i) unused.emplace_back(cell.endpoint(i));
  std::vector<Client> others = client_on_each_loop(cell);

  const auto used_before = cpu_time();
  std::this_thread::sleep_for(idle);
  EXPECT_LT(cpu_time() - used_before, cpu_allowed) << "the cell is busy with nothing to do";

  for (Client& other : others) echo(other, message);
  for (Client& client : unused) echo(client, message);
}

class EchoSharedPort : public EchoCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, EchoSharedPort, testing::ValuesIn(echo_cases({4})), case_name);

// The kernel chooses the loop, so a loop that does not accept loses its share of the clients.
TEST_P(EchoSharedPort, EveryConnectionIsServed) {
  const RunningCell& cell = start(listen_shared(Endpoint{}, GetParam().loops));
  const Bytes message = random_bytes(1000, 5);
  for (int i = 0; i < 200; ++i) {
    Client client(cell.endpoint());
    echo(client, message);
  }
}

}  // namespace

}  // namespace ringside::test
