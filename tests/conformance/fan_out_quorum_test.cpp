// Answers that do not wait for every leaf, and what becomes of the replies that come after them.
#include <algorithm>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include "tests/conformance/fan_out_cell_test.hpp"

namespace ringside::test {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class FanOutQuorum : public FanOutCellTest {
 protected:
  // Every reply that was given and is in no answer is late. All of them, because the last may still
  // be on its way when the last answer comes.
  void expect_all_others_late(std::uint64_t answers) const {
    const std::uint64_t asked = leaves().accepted() / shape().leaves;
    ASSERT_GT(asked, 0u);
    EXPECT_TRUE(eventually([&] { return leaves().replies() == leaves().requests(); }));
    expect_late(leaves().replies() - answers * shape().awaited());
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FanOutQuorum, testing::ValuesIn(fan_out_cases()), case_name);

TEST_P(FanOutQuorum, StragglersAreNotWaitedFor) {
  // Twenty answers that wait for a straggler take four seconds.
  constexpr auto straggling = 200ms;
  constexpr auto enough = 1500ms;
  constexpr int rounds = 20;
  for (const std::size_t quorum : {1, 2, 3}) {
    SCOPED_TRACE(quorum);
    start({.leaves = 4, .quorum = quorum}, [=](std::size_t leaf, std::uint64_t, std::uint64_t) {
      return LeafAction{.delay = leaf < quorum ? 0ms : straggling};
    });
    FanOutClient asking = client();
    const auto start_time = Clock::now();
    for (int i = 0; i < rounds; ++i) {
      for (const std::size_t leaf : asking.ask()) EXPECT_LT(leaf, quorum);
    }
    EXPECT_LT(Clock::now() - start_time, enough);
    // The client asks nothing more: late replies are counted when they come all the same.
    expect_all_others_late(rounds);
    asking.expect_quiet();
  }
}

// Nobody is late when everybody is waited for.
TEST_P(FanOutQuorum, OfAllLeaves) {
  start({.leaves = 4, .quorum = 4}, [](std::size_t leaf, std::uint64_t, std::uint64_t) {
    return LeafAction{.delay = leaf == 2 ? 3ms : 0ms};
  });
  for (FanOutClient& client : client_on_each_loop()) {
    for (int i = 0; i < 10; ++i) client.ask();
  }
  expect_late(0);
}

// Delays from a few hundred microseconds to several requests' time: a leaf answers new requests
// before old ones, and late replies come before, between and after those that are waited for.
TEST_P(FanOutQuorum, LateRepliesAreNeverMixedIn) {
  constexpr int rounds = 150;
  for (const std::size_t quorum : {1, 2, 4}) {
    for (const std::size_t reply_bytes : {8, 128, 20'000}) {
      SCOPED_TRACE(testing::Message() << quorum << " of 5 replies of " << reply_bytes << " bytes");
      start({.leaves = 5, .reply_bytes = reply_bytes, .quorum = quorum},
            [random = std::mt19937(quorum)](std::size_t, std::uint64_t, std::uint64_t) mutable {
              return LeafAction{.delay = std::chrono::microseconds(random() % 4000)};
            });
      FanOutClient asking = client();
      for (int i = 0; i < rounds; ++i) asking.ask();
      expect_all_others_late(rounds);
      asking.expect_quiet();
    }
  }
}

// A late reply whose first bytes came before the next request, and the rest after it.
TEST_P(FanOutQuorum, LateRepliesInPieces) {
  constexpr int rounds = 40;
  for (const std::size_t piece : {std::size_t{3}, std::size_t{50}}) {
    start({.leaves = 3, .reply_bytes = 100, .quorum = 2},
          [=](std::size_t leaf, std::uint64_t sequence, std::uint64_t) {
            const bool straggles = leaf == sequence % 3;
            return LeafAction{.delay = straggles ? 1ms : 0ms, .piece_bytes = straggles ? piece : 0};
          });
    FanOutClient asking = client();
    for (int i = 0; i < rounds; ++i) asking.ask();
    expect_all_others_late(rounds);
    asking.expect_quiet();
  }
}

// The first bytes of a late reply come before a request, the others after it. With what an earlier
// reply has left behind they must not add up to the id that is then waited for.
TEST_P(FanOutQuorum, LateReplyThatBeganBeforeTheRequest) {
  constexpr std::uint64_t first = 0x0101'0101'0101'0101, second = 0x0202'0202'0202'0202;
  for (std::size_t early = 1; early < sizeof first; ++early) {
    SCOPED_TRACE(early);
    const std::uint64_t early_mask = (std::uint64_t{1} << (8 * early)) - 1;
    const std::uint64_t third = (first & early_mask) | (second & ~early_mask);
    start({.leaves = 2, .quorum = 1}, [=](std::size_t leaf, std::uint64_t, std::uint64_t id) {
      if (id == first) return LeafAction{.delay = leaf == 1 ? 0ms : 5ms};
      if (id == third) return LeafAction{.delay = leaf == 1 ? 80ms : 60ms};
      if (leaf == 0) return LeafAction{};
      return LeafAction{.delay = 10ms, .pause_after_bytes = early, .pause = 30ms};
    });
    FanOutClient asking = client();
    asking.answer(asking.request(first));
    expect_late(1);
    asking.answer(asking.request(second));
    std::this_thread::sleep_for(25ms);
    asking.answer(asking.request(third));
  }
}

TEST_P(FanOutQuorum, LeafThatNeverReplies) {
  start({.leaves = 3, .quorum = 2}, [](std::size_t leaf, std::uint64_t, std::uint64_t) {
    return LeafAction{.kind = leaf == 1 ? LeafAction::Kind::silent : LeafAction::Kind::reply};
  });
  for (FanOutClient& client : client_on_each_loop()) {
    for (int i = 0; i < 300; ++i) client.ask();
    client.expect_quiet();
  }
  expect_late(0);
}

// More than all socket buffers between the cell and the leaf hold: a leaf that cannot get rid of
// its late replies takes no requests either, and a cell that does not see it stands still.
TEST_P(FanOutQuorum, LateRepliesDoNotPileUp) {
  constexpr int rounds = 250;
  start({.leaves = 2, .request_bytes = 16384, .reply_bytes = 65536, .quorum = 1},
        [](std::size_t leaf, std::uint64_t, std::uint64_t) {
          return LeafAction{.delay = leaf == 0 ? 0ms : 30ms};
        });
  FanOutClient asking = client();
  for (int i = 0; i < rounds; ++i) asking.ask();
  expect_all_others_late(rounds);
}

TEST_P(FanOutQuorum, ManyParents) {
  constexpr std::size_t parents = 16;
  constexpr int rounds = 20;
  start({.leaves = 16, .quorum = 12},
        [random = std::mt19937(7)](std::size_t, std::uint64_t, std::uint64_t) mutable {
          return LeafAction{.delay = std::chrono::microseconds(random() % 2000)};
        });
  std::vector<FanOutClient> clients;
  for (std::size_t i = 0; i < parents; ++i) clients.push_back(client(i));
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::uint64_t> ids;
    for (FanOutClient& asking : clients) ids.push_back(asking.request());
    for (std::size_t i = 0; i < parents; ++i) clients[i].answer(ids[i]);
  }
  expect_all_others_late(rounds * parents);
}

}  // namespace

}  // namespace ringside::test
