// A cell that is told to stop returns, at whatever moment, and leaves nothing behind. That it left
// nothing is checked by the fixture after each test, here and everywhere.
#include <fcntl.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <vector>

#include "backends/tasks/echo.hpp"
#include "base/error.hpp"
#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoStop : public EchoCellTest {
 protected:
  // Clients that have been answered. One that only waits in the backlog, which is the listener's,
  // would rightly see no end of its connection when the cell stops.
  static std::vector<Client> accepted_clients(const RunningCell& cell, std::size_t count,
                                              const SocketBuffers& buffers = {}) {
    const Bytes message = random_bytes(100, 1);
    std::vector<Client> clients;
    for (std::size_t i = 0; i < count; ++i) {
      echo(clients.emplace_back(cell.endpoint(i), buffers), message);
    }
    return clients;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, EchoStop, testing::ValuesIn(echo_cases()), case_name);

// Sends and receives as fast as it can until the server ends the connection, and counts what came
// back. Throws Error when that takes longer than `patience`.
void flood(Client client, std::atomic<std::size_t>& received) {
  const Bytes chunk = random_bytes(default_buffer_bytes, 1);
  std::array<std::byte, default_buffer_bytes> room;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    const Moved sent = client.send_some(chunk);
    const Moved back = client.receive_some(room);
    received += back.bytes;
    if (sent.end != End::none || back.end != End::none) return;
  }
  throw Error("the flooding client saw no end of its connection");
}

TEST_P(EchoStop, BeforeAnyConnection) {
  start().stop();
}

TEST_P(EchoStop, AfterItHasSaidThatItIsReady) {
  std::promise<void> ready;  // a second value would be thrown at the cell, and fail it
  RunningCell cell(backend().name, listen_apart(GetParam().loops),
                   [&](std::span<const int> listeners, const StopSignal& stop) {
                     backend().run(EchoTask{.listeners = listeners,
                                            .buffer_bytes = default_buffer_bytes,
                                            .stop = stop,
                                            .effective = [](std::string_view, std::string_view) {},
                                            .ready = [&] { ready.set_value(); }});
                   });
  EXPECT_EQ(ready.get_future().wait_for(patience), std::future_status::ready);
  client_on_each_loop(cell);
  cell.stop();
}

TEST_P(EchoStop, RaisedBeforeTheStart) {
  RunningCell& cell = start();
  cell.stop_signal().raise();
  EXPECT_TRUE(eventually([&] { return cell.returned(); }));
}

TEST_P(EchoStop, RaisedTwice) {
  RunningCell& cell = start();
  std::vector<Client> clients = accepted_clients(cell, 2);
  cell.stop_signal().raise();
  cell.stop_signal().raise();
  cell.stop();
  for (Client& client : clients) client.wait_for_end();
}

TEST_P(EchoStop, WhileIdle) {
  RunningCell& cell = start();
  std::vector<Client> clients = accepted_clients(cell, 10);
  cell.stop();
  for (Client& client : clients) client.wait_for_end();
}

TEST_P(EchoStop, WhileClientsFlood) {
  RunningCell& cell = start();
  std::atomic<std::size_t> received = 0;
  std::vector<std::future<void>> floods;
  std::vector<Client> clients = accepted_clients(cell, 4);
  for (Client& client : clients) {
    floods.push_back(std::async(std::launch::async, flood, std::move(client), std::ref(received)));
  }
  EXPECT_TRUE(eventually([&] { return received > 1024 * 1024; }));
  cell.stop();
  for (auto& ended : floods) ended.get();
}

TEST_P(EchoStop, WhileAnswersAreHalfWritten) {
  RunningCell& cell = start(listen_with_small_buffers(GetParam().loops));
  const Bytes stream = random_bytes(4 * 1024 * 1024, 1);
  std::vector<Client> clients = accepted_clients(cell, 4, small_buffers);
  std::vector<Transfer> transfers;
  for (Client& client : clients) transfers.emplace_back(client, stream);
  fill(transfers);
  cell.stop();
  for (Client& client : clients) client.wait_for_end();
}

TEST_P(EchoStop, WhileClientsConnect) {
  RunningCell& cell = start();
  std::vector<Client> clients;
  for (std::size_t i = 0; i < 200; ++i) {
    clients.emplace_back(cell.endpoint(i));
    if (i == 100) cell.stop_signal().raise();
  }
  cell.stop();
}

// The listening sockets are the caller's: another cell can go on with them.
TEST_P(EchoStop, LeavesTheListenersOpen) {
  RunningCell& cell = start();
  accepted_clients(cell, 2);
  cell.stop();
  for (const UniqueFd& listener : cell.listeners().sockets) {
    EXPECT_EQ(::fcntl(listener.get(), F_GETFD), FD_CLOEXEC);
    EXPECT_NE(::fcntl(listener.get(), F_GETFL) & O_NONBLOCK, 0);
  }
}

}  // namespace

}  // namespace ringside::test
