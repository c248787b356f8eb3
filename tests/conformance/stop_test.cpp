// A cell that is told to stop returns, at whatever moment, and leaves nothing behind. That it left
// nothing is checked by the fixture after each test, here and everywhere.
#include <fcntl.h>

#include <array>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoStop : public EchoCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, EchoStop, testing::ValuesIn(echo_cases()), case_name);

// Sends and receives as fast as it can until the server ends the connection; returns the bytes that
// came back. Throws Error when that takes longer than `patience`.
std::size_t flood(Client client) {
  const Bytes chunk = random_bytes(default_buffer_bytes, 1);
  std::array<std::byte, default_buffer_bytes> room;
  std::size_t received = 0;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    const Moved sent = client.send_some(chunk);
    const Moved back = client.receive_some(room);
    received += back.bytes;
    if (sent.end != End::none || back.end != End::none) return received;
  }
  throw Error("the flooding client saw no end of its connection");
}

TEST_P(EchoStop, BeforeAnyConnection) {
  start().stop();
}

TEST_P(EchoStop, RaisedBeforeTheStart) {
  RunningCell& cell = start();
  cell.stop_signal().raise();
  EXPECT_TRUE(eventually([&] { return cell.returned(); }));
}

TEST_P(EchoStop, RaisedTwice) {
  RunningCell& cell = start();
  Client client(cell.endpoint());
  echo(client, random_bytes(100, 1));
  cell.stop_signal().raise();
  cell.stop_signal().raise();
  cell.stop();
  client.wait_for_end();
}

TEST_P(EchoStop, WhileIdle) {
  RunningCell& cell = start();
  const Bytes message = random_bytes(100, 1);
  std::vector<Client> clients;
  for (std::size_t i = 0; i < 10; ++i) clients.emplace_back(cell.endpoint(i));
  for (Client& client : clients) echo(client, message);
  cell.stop();
  for (Client& client : clients) client.wait_for_end();
}

TEST_P(EchoStop, WhileClientsFlood) {
  RunningCell& cell = start();
  std::vector<std::future<std::size_t>> floods;
  for (std::size_t i = 0; i < 4; ++i) {
    floods.push_back(std::async(std::launch::async, flood, Client(cell.endpoint(i))));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  cell.stop();
  for (auto& done : floods) EXPECT_GT(done.get(), 0u);
}

TEST_P(EchoStop, WhileAnswersAreHalfWritten) {
  RunningCell& cell = start(listen_with_small_buffers(GetParam().loops));
  const Bytes stream = random_bytes(4 * 1024 * 1024, 1);
  std::vector<Client> clients;
  for (std::size_t i = 0; i < 4; ++i) clients.emplace_back(cell.endpoint(i), small_buffers);
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
  Client client(cell.endpoint());
  echo(client, random_bytes(100, 1));
  cell.stop();
  for (const UniqueFd& listener : cell.listeners().sockets) {
    EXPECT_EQ(::fcntl(listener.get(), F_GETFD), FD_CLOEXEC);
    EXPECT_NE(::fcntl(listener.get(), F_GETFL) & O_NONBLOCK, 0);
  }
}

}  // namespace

}  // namespace ringside::test
