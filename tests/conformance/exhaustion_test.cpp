// More clients than descriptors.
#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

// The limit holds for the whole process, clients included. So theirs are opened beforehand and
// numbered above the limit, where they take nothing from the cell and give it nothing back.
class EchoExhaustion : public EchoCellTest {
 protected:
  static constexpr int descriptors = 64;

  static std::vector<Client> open_clients(std::size_t count) {
    std::vector<Client> clients(count);
    for (Client& client : clients) client.renumber(descriptors + 1);
    return clients;
  }

  // Closes the clients that have been answered and takes them off the list; returns how many.
  static std::size_t dismiss_answered(std::vector<Client>& waiting) {
    return std::erase_if(waiting, [](Client& client) {
      std::array<std::byte, 1> answer;
      return client.receive_some(answer).bytes == 1;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, EchoExhaustion, testing::ValuesIn(echo_cases()), case_name);

TEST_P(EchoExhaustion, LaterClientsWaitTheirTurn) {
  // Some 25 wake-ups: correct cells take 1 to 6 ms for them. One that spins takes all the CPU it
  // can get, which is far less than all there is when other tests run beside this one.
  constexpr std::chrono::milliseconds exhausted{500};
  constexpr std::chrono::milliseconds cpu_allowed{25};
  constexpr std::size_t crowd = 100;
  const Bytes message = random_bytes(1000, 1);
  std::vector<Client> established = open_clients(8);
  std::vector<Client> waiting = open_clients(crowd);
  Listeners listeners = listen_apart(GetParam().loops);
  const DescriptorLimit limit(descriptors);
  RunningCell& cell = start(std::move(listeners));

  for (std::size_t i = 0; i < established.size(); ++i) {
    established[i].connect(cell.endpoint(i));
    echo(established[i], message);
  }
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    waiting[i].connect(cell.endpoint(i));
    waiting[i].send_some(std::array{std::byte{'x'}});
  }

  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto used_before = cpu_time();
  std::this_thread::sleep_for(exhausted);
  EXPECT_LT(cpu_time() - used_before, cpu_allowed) << "the cell spins on what it cannot accept";
  for (Client& client : established) echo(client, message);

  const std::size_t first = dismiss_answered(waiting);
  EXPECT_GT(first, 0u);
  EXPECT_LT(first, crowd) << "the limit was not reached: this test has lost its point";
  EXPECT_TRUE(eventually([&] {
    dismiss_answered(waiting);
    return waiting.empty();
  })) << waiting.size()
      << " clients were never served";
  for (Client& client : established) echo(client, message);
  established.clear();
  cell.stop();
}

}  // namespace

}  // namespace ringside::test
