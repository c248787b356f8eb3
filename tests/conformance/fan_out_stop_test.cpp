// A fan-out cell that is told to stop returns, at whatever moment. That it left nothing behind is
// checked by the fixture after each test.
#include <atomic>
#include <chrono>
#include <future>
#include <random>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "tests/conformance/fan_out_cell_test.hpp"

namespace ringside::test {

namespace {

using namespace std::chrono_literals;

class FanOutStop : public FanOutCellTest {
 protected:
  // Clients that have been answered, so that they are not only in the backlog.
  std::vector<FanOutClient> accepted_clients(std::size_t count) const {
    std::vector<FanOutClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
      clients.push_back(client(i));
      clients.back().ask();
    }
    return clients;
  }

  static LeafScript silent_for(std::size_t leaf) {
    return [=](std::size_t asked, std::uint64_t sequence, std::uint64_t) {
      const bool silent = asked == leaf && sequence > 0;
      return LeafAction{.kind = silent ? LeafAction::Kind::silent : LeafAction::Kind::reply};
    };
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FanOutStop, testing::ValuesIn(fan_out_cases()), case_name);

TEST_P(FanOutStop, BeforeAnyConnection) {
  start({});
  cell().stop();
}

TEST_P(FanOutStop, RaisedBeforeTheStart) {
  start({});
  cell().stop_signal().raise();
  EXPECT_TRUE(eventually([&] { return cell().returned(); }));
}

TEST_P(FanOutStop, WhileIdle) {
  for (const std::size_t quorum : {2, 3}) {
    start({.leaves = 3, .quorum = quorum});
    std::vector<FanOutClient> clients = accepted_clients(8);
    cell().stop();
    for (FanOutClient& client : clients) client.connection().wait_for_end();
  }
}

TEST_P(FanOutStop, WhileALeafIsWaitedFor) {
  for (const std::size_t quorum : {2, 3}) {
    start({.leaves = 3, .quorum = quorum}, silent_for(quorum - 2));
    std::vector<FanOutClient> clients = accepted_clients(8);
    for (FanOutClient& client : clients) client.request();
    EXPECT_TRUE(eventually([&] { return leaves().requests() >= 2 * 3 * clients.size(); }));
    cell().stop();
    for (FanOutClient& client : clients) client.connection().wait_for_end();
  }
}

// Flooded by clients that ask until the connection ends.
TEST_P(FanOutStop, WhileBusy) {
  for (const std::size_t quorum : {3, 8}) {
    start({.leaves = 8, .quorum = quorum},
          [random = std::mt19937(1)](std::size_t, std::uint64_t, std::uint64_t) mutable {
            return LeafAction{.delay = std::chrono::microseconds(random() % 500)};
          });
    std::atomic<int> answers = 0;
    std::vector<std::future<void>> floods;
    std::vector<FanOutClient> clients = accepted_clients(6);
    for (FanOutClient& client : clients) {
      floods.push_back(
          std::async(std::launch::async, [&answers, asking = std::move(client)]() mutable {
            const auto deadline = std::chrono::steady_clock::now() + patience;
            try {
              for (; std::chrono::steady_clock::now() < deadline; ++answers) asking.ask();
            } catch (const Error&) {
              return;  // the end of the connection
            }
            throw Error("the flooding client saw no end of its connection");
          }));
    }
    EXPECT_TRUE(eventually([&] { return answers > 100; }));
    cell().stop();
    for (auto& flood : floods) flood.get();
  }
}

TEST_P(FanOutStop, WhileAnswersAreHalfWritten) {
  start({.leaves = 8, .reply_bytes = 65536}, {}, listen_with_small_buffers);
  std::vector<FanOutClient> clients;
  for (std::size_t i = 0; i < 4; ++i) {
    clients.push_back(client(i, small_buffers));
    clients.back().ask();
    for (int requests = 0; requests < 4; ++requests) clients.back().request();
  }
  std::this_thread::sleep_for(30ms);
  cell().stop();
  for (FanOutClient& client : clients) client.connection().wait_for_end();
}

TEST_P(FanOutStop, WhileClientsConnect) {
  start({.leaves = 4});
  std::vector<FanOutClient> clients;
  for (std::size_t i = 0; i < 100; ++i) {
    clients.push_back(client(i));
    if (i == 50) cell().stop_signal().raise();
  }
  cell().stop();
}

}  // namespace

}  // namespace ringside::test
