// Many parent connections, and clients that do not take their answers.
#include <chrono>
#include <thread>
#include <vector>

#include "tests/conformance/fan_out_cell_test.hpp"

namespace ringside::test {

namespace {

using namespace std::chrono_literals;

class FanOutLoad : public FanOutCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, FanOutLoad, testing::ValuesIn(fan_out_cases()), case_name);

TEST_P(FanOutLoad, ManyParentsAtOnce) {
  start({.leaves = 16});
  std::vector<FanOutClient> clients;
  for (std::size_t i = 0; i < 32; ++i) clients.push_back(client(i));
  for (int round = 0; round < 10; ++round) {
    std::vector<std::uint64_t> ids;
    for (FanOutClient& asking : clients) ids.push_back(asking.request());
    for (std::size_t i = 0; i < clients.size(); ++i) clients[i].answer(ids[i]);
  }
  expect_parents(clients.size());
}

TEST_P(FanOutLoad, ManyParentsInTurn) {
  start({.leaves = 4});
  std::vector<FanOutClient> others = client_on_each_loop();
  const Footprint before = footprint();
  for (std::size_t i = 0; i < 200; ++i) {
    client(i).ask();
    if (i % 10 == 0) others.front().ask();
  }
  expect_parents(others.size());
  // A cell may keep a few threads or spare descriptors for later.
  constexpr std::size_t kept = 4;
  EXPECT_TRUE(eventually([&] {
    const Footprint now = footprint();
    return now.descriptors <= before.descriptors + kept && now.threads <= before.threads + kept;
  })) << footprint()
      << " instead of " << before;
}

TEST_P(FanOutLoad, UnusedParentsCostNothing) {
  constexpr auto idle = 300ms;
  constexpr auto cpu_allowed = 10ms;
  start({.leaves = 4, .quorum = 3});
  std::vector<FanOutClient> unused;
  for (std::size_t i = 0; i < 50; ++i) {
    unused.push_back(client(i));
    unused.back().ask();
  }
  std::this_thread::sleep_for(20ms);
  const auto used_before = cpu_time();
  std::this_thread::sleep_for(idle);
  EXPECT_LT(cpu_time() - used_before, cpu_allowed) << "the cell is busy with nothing to do";
  for (FanOutClient& client : unused) client.ask();
}

// One whose answers do not fit into the socket: the cell asks the leaves for no more than it can
// pass on, others do not wait for it, and nothing of what it takes at last is missing.
TEST_P(FanOutLoad, ClientThatDoesNotReadHoldsUpNobody) {
  constexpr std::size_t pipelined = 60;
  constexpr std::size_t in_socket_buffers = 20;  // answers, generously
  start({.leaves = 4, .reply_bytes = 65536}, {}, listen_with_small_buffers);
  FanOutClient late_reader = client(0, small_buffers);
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < pipelined; ++i) ids.push_back(late_reader.request());

  for (FanOutClient& quick : client_on_each_loop()) {
    for (int i = 0; i < 10; ++i) quick.ask();
  }
  std::this_thread::sleep_for(50ms);
  const std::size_t asked_by_others = GetParam().loops * 11 * shape().leaves;
  EXPECT_LT(leaves().requests(), asked_by_others + in_socket_buffers * shape().leaves);

  for (const std::uint64_t id : ids) late_reader.answer(id);
  late_reader.expect_quiet();
}

}  // namespace

}  // namespace ringside::test
