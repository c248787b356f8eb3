// Leaves and clients that vanish, and descriptors that run out: what belongs together ends
// together, and everybody else goes on.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "tests/conformance/fan_out_cell_test.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

using namespace std::chrono_literals;
using Kind = LeafAction::Kind;

class FanOutTrouble : public FanOutCellTest {
 protected:
  // A request with an even id is well; with an odd one, leaf 1 does what `kind` says.
  static LeafScript odd_requests(const LeafAction& strike) {
    return [=](std::size_t leaf, std::uint64_t, std::uint64_t id) {
      return id % 2 == 1 && leaf == 1 ? strike : LeafAction{};
    };
  }
  static std::uint64_t even_id() { return new_request_id() & ~std::uint64_t{1}; }
  static std::uint64_t odd_id() { return new_request_id() | 1; }

  static void ask_well(FanOutClient& client) { client.answer(client.request(even_id())); }

  // One leaf strikes at one parent connection after another while others go on.
  void expect_struck_parents_end(Kind kind, std::chrono::microseconds delay) {
    start({.leaves = 3}, odd_requests({.kind = kind, .delay = delay}));
    std::vector<FanOutClient> others;
    for (std::size_t loop = 0; loop < GetParam().loops; ++loop) {
      ask_well(others.emplace_back(client(loop)));
    }
    for (std::size_t i = 0; i < 20; ++i) {
      FanOutClient struck = client(i);
      ask_well(struck);
      struck.request(odd_id());
      struck.connection().wait_for_end();
      for (FanOutClient& other : others) ask_well(other);
    }
    expect_parents(others.size());
  }

  std::atomic<bool> answered_ = false;  // what leaves that strike after the answer wait for

  static bool has_ended(FanOutClient& client) {
    std::array<std::byte, 1> room;
    return client.connection().receive_some(room).end != End::none;
  }

  // `leave` is called on clients that wait for leaves which need a while; nothing may be left.
  void survive(const FanOutShape& shape, const std::function<void(FanOutClient&)>& leave) {
    start(shape, [](std::size_t leaf, std::uint64_t sequence, std::uint64_t) {
      return LeafAction{.delay = (leaf + sequence) % 3 * 4ms};
    });
    std::vector<FanOutClient> others = client_on_each_loop();
    for (std::size_t i = 0; i < 60; ++i) {
      FanOutClient leaving = client(i);
      for (std::size_t requests = 0; requests < i % 4; ++requests) leaving.request();
      if (i % 3 == 0) std::this_thread::sleep_for(1ms);
      leave(leaving);
      if (i % 10 == 0) others.front().ask();
    }
    for (FanOutClient& other : others) other.ask();
    expect_parents(others.size());
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FanOutTrouble, testing::ValuesIn(fan_out_cases()), case_name);

TEST_P(FanOutTrouble, LeafClosesInsteadOfReplying) {
  expect_struck_parents_end(Kind::close, 0us);
}

TEST_P(FanOutTrouble, LeafClosesWhenOthersHaveReplied) {
  expect_struck_parents_end(Kind::close, 5ms);
}

TEST_P(FanOutTrouble, LeafResetsInsteadOfReplying) {
  expect_struck_parents_end(Kind::reset, 0us);
}

TEST_P(FanOutTrouble, LeafResetsWhenOthersHaveReplied) {
  expect_struck_parents_end(Kind::reset, 5ms);
}

// Some models see it only when they use the connection again.
TEST_P(FanOutTrouble, LeafClosesAfterTheAnswer) {
  for (const Kind kind : {Kind::close, Kind::reset}) {
    answered_ = false;
    start({.leaves = 3, .quorum = 2}, odd_requests({.kind = kind, .held_until = &answered_}));
    std::vector<FanOutClient> others;
    for (std::size_t loop = 0; loop < GetParam().loops; ++loop) {
      ask_well(others.emplace_back(client(loop)));
    }
    FanOutClient struck = client();
    struck.answer(struck.request(odd_id()));
    const std::size_t open = leaves().connections();
    answered_ = true;
    EXPECT_TRUE(eventually([&] { return leaves().connections() < open; }));
    const Bytes again = leaf_request(even_id(), shape().request_bytes);
    struck.connection().send_some(again);
    struck.connection().wait_for_end();
    for (FanOutClient& other : others) ask_well(other);
    expect_parents(others.size());
  }
}

// Leaves that reply with something else are not the cell's to judge when it waits for all, but it
// must not take them for the quorum, nor stumble over them.
TEST_P(FanOutTrouble, WrongRepliesDoNotCount) {
  start({.leaves = 3, .quorum = 2}, [](std::size_t leaf, std::uint64_t, std::uint64_t) {
    return LeafAction{.kind = leaf == 0 ? Kind::wrong : Kind::reply,
                      .delay = leaf == 0 ? 0ms : 1ms};
  });
  for (FanOutClient& asking : client_on_each_loop()) {
    for (int i = 0; i < 20; ++i) {
      for (const std::size_t leaf : asking.ask()) EXPECT_NE(leaf, 0u);
    }
  }
}

/// A port that refuses connections, since nobody listens, and that nobody else gets meanwhile:
/// tests that run beside this one have leaves of their own.
class RefusedPort {
 public:
  RefusedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const name = reinterpret_cast<sockaddr*>(&address_);
    socklen_t length = sizeof address_;
    if (::bind(socket_.get(), name, length) != 0) throw_errno("bind", errno);
    ::getsockname(socket_.get(), name, &length);
  }
  const sockaddr_in& address() const noexcept { return address_; }

 private:
  UniqueFd socket_;
  sockaddr_in address_{};
};

TEST_P(FanOutTrouble, LeafThatRefusesConnections) {
  FakeLeaves present(1, {});
  const RefusedPort absent;
  start_without_leaves({.leaves = 2}, {present.addresses().front(), absent.address()});
  for (std::size_t i = 0; i < 10; ++i) {
    FanOutClient refused = client(i);
    refused.connection().wait_for_end();
  }
  EXPECT_TRUE(eventually([&] { return present.connections() == 0; }));
  finish();
}

TEST_P(FanOutTrouble, ClientClosesWhileLeavesWork) {
  survive({.leaves = 4}, [](FanOutClient& client) { client.connection().close(); });
  survive({.leaves = 4, .quorum = 2}, [](FanOutClient& client) { client.connection().close(); });
}

TEST_P(FanOutTrouble, ClientResetsWhileLeavesWork) {
  survive({.leaves = 4}, [](FanOutClient& client) { client.connection().reset(); });
  survive({.leaves = 4, .quorum = 2}, [](FanOutClient& client) { client.connection().reset(); });
}

TEST_P(FanOutTrouble, ClientHalfClosesWhileLeavesWork) {
  survive({.leaves = 4}, [](FanOutClient& client) {
    client.connection().finish_sending();
    client.connection().wait_for_end();
  });
}

TEST_P(FanOutTrouble, ClientResetsWhileItsAnswerIsStuck) {
  start({.leaves = 8, .reply_bytes = 65536}, {}, listen_with_small_buffers);
  std::vector<FanOutClient> others = client_on_each_loop();
  for (std::size_t i = 0; i < 4; ++i) {
    FanOutClient stuck = client(i, small_buffers);
    for (int requests = 0; requests < 5; ++requests) stuck.request();
    std::this_thread::sleep_for(20ms);
    stuck.connection().reset();
  }
  for (FanOutClient& other : others) other.ask();
  expect_parents(others.size());
}

TEST_P(FanOutTrouble, IncompleteRequestsReachNoLeaf) {
  start({.leaves = 3});
  for (const std::size_t bytes : {1, 7, 8, 127}) {
    FanOutClient leaving = client();
    leaving.send(random_bytes(bytes, bytes));
    leaving.connection().finish_sending();
    leaving.connection().wait_for_end();
  }
  expect_parents(0);
  EXPECT_EQ(leaves().requests(), 0u);
}

// The limit holds for the whole process, leaves included, and what is open is numbered without
// gaps. So there is room for some of another parent's connections, but not for all.
TEST_P(FanOutTrouble, DescriptorsRunOut) {
  constexpr std::size_t crowd = 10;
  constexpr std::size_t spare = 8;
  constexpr auto exhausted = 300ms;
  constexpr auto cpu_allowed = 30ms;
  start({.leaves = 12});
  std::vector<FanOutClient> others = client_on_each_loop();
  std::vector<FanOutClient> waiting;
  for (std::size_t i = 0; i < crowd; ++i) waiting.emplace_back(shape());
  {
    const DescriptorLimit limit(footprint().descriptors + spare);
    for (std::size_t i = 0; i < crowd; ++i) {
      waiting[i].connection().connect(cell().endpoint(i));
      waiting[i].connection().send_some(leaf_request(new_request_id(), shape().request_bytes));
    }
    // Those who have ended keep their descriptors: given back, they would make room.
    EXPECT_TRUE(eventually([&] { return std::ranges::any_of(waiting, has_ended); }))
        << "the limit was not reached: this test has lost its point";
    const auto used_before = cpu_time();
    std::this_thread::sleep_for(exhausted);
    EXPECT_LT(cpu_time() - used_before, cpu_allowed) << "the cell spins on what it cannot accept";
    for (FanOutClient& other : others) other.ask();
    waiting.clear();
    for (FanOutClient& other : others) other.ask();
  }
  for (FanOutClient& late : client_on_each_loop()) late.ask();
  for (FanOutClient& other : others) other.ask();
}

// Whoever is let go leaves no room for another one: to accept on would let all of them go at once.
TEST_P(FanOutTrouble, ClientsAreLetGoOneAtATime) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t crowd = 20;
  constexpr std::size_t spare = 4;
  start({.leaves = 12});
  std::vector<FanOutClient> others = client_on_each_loop();
  std::vector<FanOutClient> waiting;
  for (std::size_t i = 0; i < crowd; ++i) waiting.emplace_back(shape());
  {
    const DescriptorLimit limit(footprint().descriptors + spare);
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < crowd; ++i) waiting[i].connection().connect(cell().endpoint(i));
    EXPECT_TRUE(eventually([&] { return std::ranges::any_of(waiting, has_ended); }))
        << "the limit was not reached: this test has lost its point";
    std::this_thread::sleep_for(50ms);
    const auto ended = static_cast<std::size_t>(std::ranges::count_if(waiting, has_ended));
    // The first at once, then one a pause; and one more where a loop's clock was read before.
    const auto pauses = static_cast<std::size_t>((Clock::now() - begun) / accept_pause);
    EXPECT_LE(ended, GetParam().loops * (pauses + 2)) << "in " << pauses << " pauses";
    for (FanOutClient& other : others) other.ask();
    waiting.clear();
  }
  for (FanOutClient& late : client_on_each_loop()) late.ask();
}

// With more loops than one, two clients may take from each other what is enough for one of them.
class FanOutDescriptors : public FanOutTrouble {
 protected:
  // Counted without taking one.
  static std::size_t free_below(int limit) {
    std::size_t count = 0;
    for (int fd = 0; fd < limit; ++fd) count += ::fcntl(fd, F_GETFD) < 0 ? 1 : 0;
    return count;
  }

  static bool has_connection(const UniqueFd& listener) {
    pollfd waiting{.fd = listener.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 1;
  }

  static int limit_that_leaves(std::size_t descriptors) {
    int limit = 0;
    while (free_below(limit) < descriptors) ++limit;
    return limit;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, FanOutDescriptors, testing::ValuesIn(fan_out_cases({1})),
                         case_name);

// The leaves are listening sockets only, whose backlogs take connections but no descriptors.
TEST_P(FanOutDescriptors, WhoFindsNoneWaitsInTheBacklog) {
  constexpr std::size_t each = 1 + 12;
  constexpr std::size_t crowd = 5;
  const Listeners silent = listen_apart(each - 1);
  std::vector<sockaddr_in> addresses;
  for (const Endpoint& endpoint : silent.endpoints) addresses.push_back(to_sockaddr(endpoint));
  start_without_leaves({.leaves = each - 1}, addresses);

  FanOutClient first = client();
  EXPECT_TRUE(eventually([&] { return std::ranges::all_of(silent.sockets, has_connection); }));
  std::vector<FanOutClient> waiting;
  for (std::size_t i = 0; i < crowd; ++i) waiting.emplace_back(shape());
  const std::size_t served = footprint().descriptors;
  {
    const int lowered = limit_that_leaves(each);
    const DescriptorLimit limit(static_cast<rlim_t>(lowered));
    for (FanOutClient& client : waiting) client.connection().connect(cell().endpoint());
    EXPECT_TRUE(eventually([&] { return free_below(lowered) == 0; }));
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(free_below(lowered), 0u);
    EXPECT_EQ(std::ranges::count_if(waiting, has_ended), 0) << "let go, though they could wait";
  }
  EXPECT_TRUE(eventually([&] { return footprint().descriptors == served + crowd * each; }));
  waiting.clear();
  first.connection().close();
  finish();
}

}  // namespace

}  // namespace ringside::test
