// The fan_out load and its leaves against a middle tier that is known to be right, or wrong in a
// known way.
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <future>
#include <set>
#include <string_view>
#include <thread>

#include <gmock/gmock.h>

#include "backends/tasks/fan_out.hpp"
#include "base/net/listen.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/team.hpp"
#include "harness/process/helper_process.hpp"
#include "scenarios/fan_out/leaf_server.hpp"
#include "scenarios/fan_out/leaves.hpp"
#include "scenarios/fan_out/load.hpp"
#include "tests/support/client.hpp"
#include "tests/support/fake_fan_out.hpp"
#include "tests/support/process.hpp"

namespace ringside {
namespace {

using ::testing::Ge;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using test::BeforeAnswer;

const WindowSpec short_window{.warmup = 2ms, .measured = 20ms};
const LeafDelay exponential{.kind = LeafDelay::Kind::exponential, .usual = 300us};

bool right(std::size_t /*number*/, std::span<std::byte> /*answer*/) {
  return true;
}

std::vector<int> descriptors(const Listeners& listeners) {
  std::vector<int> sockets;
  for (const UniqueFd& socket : listeners.sockets) sockets.push_back(socket.get());
  return sockets;
}

std::vector<sockaddr_in> addresses(const Json& setup) {
  std::vector<sockaddr_in> leaves;
  for (const Json& leaf : setup.at("leaves")) {
    leaves.push_back(to_sockaddr(parse_endpoint(leaf.get<std::string>())));
  }
  return leaves;
}

/// One load with its leaves, and one middle tier in this process that it is connected to.
struct Bout {
  explicit Bout(const FanOutParams& parameters, BeforeAnswer before = right,
                std::size_t threads = 1)
      : params(parameters),
        before_answer(std::move(before)),
        team(threads, [](std::size_t) {}),
        load(params, {.team = team, .targets = 1, .seed = 1, .interrupt = interrupt}),
        leaves(addresses(load.cell_setup(0))),
        listeners(listen_apart(params.threads)),
        sockets(descriptors(listeners)),
        cell(std::async(std::launch::async, [this] {
          test::fake_fan_out({.listeners = sockets,
                              .leaves = leaves,
                              .request_bytes = params.request_bytes,
                              .reply_bytes = params.reply_bytes,
                              .quorum = params.quorum,
                              .count_late = [this](std::uint64_t replies) { late += replies; },
                              .stop = stop,
                              .effective = {}},
                             before_answer);
        })) {
    try {
      load.connect(0, {.endpoints = listeners.endpoints, .ask = {}});
    } catch (...) {
      stop.raise();
      throw;
    }
  }
  ~Bout() { stop.raise(); }

  FanOutParams params;
  BeforeAnswer before_answer;
  std::atomic<std::uint64_t> late = 0;
  StopSignal interrupt, stop;
  ThreadTeam team;
  FanOutLoad load;
  std::vector<sockaddr_in> leaves;
  Listeners listeners;
  std::vector<int> sockets;
  std::future<void> cell;
};

TEST(FanOutLoad, CountsWhatItMeasured) {
  Bout bout({.fan_out = 3, .connections = 4, .quorum = 3});
  std::uint64_t ops = 0;
  std::uint64_t begun = 0;
  for (int window = 0; window < 3; ++window) {
    const WindowResult result = bout.load.run_window(0, short_window);
    EXPECT_GE(result.elapsed, short_window.measured / 2);
    EXPECT_EQ(result.bytes, std::llround(result.work * 3 * 128));
    EXPECT_GE(result.all_ops, result.ops + 3) << "what is taken in after the window";
    EXPECT_GT(result.busiest_load_cpu, 0ns);
    ops += result.ops;
    begun += result.begun.started;
  }
  EXPECT_GT(ops, 0u);
  const LoadFigures figures = bout.load.take_figures(0);
  EXPECT_EQ(figures.latency.count(), begun);
  EXPECT_LE(figures.fairness->least * 4, ops);
  EXPECT_GE(figures.fairness->most * 4, ops);
  ASSERT_EQ(figures.times.size(), 5u);
  for (const auto& [name, times] : figures.times) EXPECT_EQ(times.count(), begun) << name;
  EXPECT_GT(*figures.figures.at("leaves_cpu_ns_per_sub_request"), 0);
  EXPECT_GT(*figures.figures.at("leaves_cpu_utilisation"), 0);
  EXPECT_GT(*figures.figures.at("clients_cpu_utilisation"), 0);
}

TEST(FanOutLoad, TimesAreInTheirOrder) {
  Bout bout({.fan_out = 8, .connections = 2, .leaf_delay = exponential, .quorum = 8});
  bout.load.run_window(0, {.warmup = 5ms, .measured = 200ms});
  const LoadFigures figures = bout.load.take_figures(0);
  const auto mean = [&](const char* name) { return figures.times.at(name).mean(); };
  EXPECT_LT(mean("first_reply"), mean("last_reply"));
  EXPECT_LT(mean("last_reply"), figures.latency.mean());
  // The greatest of 8 exponential delays is 2.7 means on average, the least an eighth of one.
  EXPECT_GT(mean("straggler_gap"), 400us);
  EXPECT_GT(figures.latency.mean(), 600us);
  EXPECT_LT(mean("excess_over_ideal"), figures.latency.mean());
  EXPECT_GE(mean("excess_over_ideal"), mean("leaf_lateness") / 8);
}

struct Shape {
  FanOutParams params;
  std::size_t threads;
};

class FanOutLoadShapes : public ::testing::TestWithParam<Shape> {};

TEST_P(FanOutLoadShapes, EveryByteComesBack) {
  Bout bout(GetParam().params, right, GetParam().threads);
  std::uint64_t all_ops = 0;
  EXPECT_TRUE(test::eventually([&] {
    all_ops += bout.load.run_window(0, short_window).all_ops;
    return all_ops > 3 * GetParam().params.connections;
  }));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, FanOutLoadShapes,
    ::testing::Values(
        Shape{{.fan_out = 1, .connections = 1, .request_bytes = 8, .reply_bytes = 48, .quorum = 1},
              1},
        Shape{{.fan_out = 64, .connections = 2, .quorum = 64}, 1},
        Shape{{.fan_out = 4, .connections = 5, .request_bytes = 9000, .quorum = 4, .threads = 2},
              2},
        Shape{{.fan_out = 2, .connections = 2, .reply_bytes = 70'000, .quorum = 2}, 1},
        Shape{{.fan_out = 5, .connections = 150, .quorum = 2}, 3},
        Shape{{.fan_out = 6, .connections = 3, .leaf_delay = exponential, .quorum = 1}, 1}));

TEST(FanOutLoad, AQuorumLeavesLateRepliesToTheBackend) {
  Bout bout({.fan_out = 4, .connections = 2, .leaf_delay = exponential, .quorum = 3});
  const std::uint64_t ops = bout.load.run_window(0, short_window).all_ops;
  EXPECT_TRUE(test::eventually([&] { return bout.late >= ops; })) << "one of four is late";
}

TargetFailure failure_of(BeforeAnswer before) {
  try {
    Bout bout({.fan_out = 3, .connections = 2, .quorum = 2}, std::move(before));
    for (int window = 0; window < 1000; ++window) bout.load.run_window(0, short_window);
  } catch (const TargetFailure& failure) {
    return failure;
  }
  throw Error("it went unnoticed");
}

TEST(FanOutLoad, NoticesAByteThatIsWrong) {
  const TargetFailure failure = failure_of([](std::size_t number, std::span<std::byte> answer) {
    if (number % 20 == 0) answer[200] ^= std::byte{1};
    return true;
  });
  EXPECT_EQ(failure.kind(), TargetFailure::Kind::wrong_data);
  EXPECT_THAT(failure.what(), HasSubstr("is not what the leaf sent"));
}

TEST(FanOutLoad, NoticesALateReplyInTheNextAnswer) {
  std::vector<std::byte> before;
  const TargetFailure failure = failure_of([&](std::size_t number, std::span<std::byte> answer) {
    if (number == 30) std::ranges::copy(std::span(before).first(128), answer.begin());
    before.assign(answer.begin(), answer.end());
    return true;
  });
  EXPECT_THAT(failure.what(), HasSubstr("the answer has a reply to request"));
}

TEST(FanOutLoad, NoticesABackendThatIsGone) {
  Bout bout({.fan_out = 2, .connections = 2, .quorum = 2});
  bout.load.run_window(0, short_window);
  bout.stop.raise();
  bout.cell.get();
  try {
    bout.load.run_window(0, short_window);
    FAIL() << "the connections are closed";
  } catch (const TargetFailure& failure) {
    EXPECT_EQ(failure.kind(), TargetFailure::Kind::broke_off);
  }
}

TEST(FanOutLoad, DoesNotBlameTheBackendForLeavesThatAreGone) {
  Bout bout({.fan_out = 2, .connections = 2, .quorum = 2});
  bout.load.run_window(0, short_window);
  ::kill(bout.load.processes().at(0), SIGKILL);
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      bout.load.run_window(0, short_window);
      FAIL() << "the leaves are gone";
    } catch (const TargetFailure& failure) {
      FAIL() << "the backend is blamed: " << failure.what();
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "the leaves' process was killed by signal 9 (Killed)");
    }
  }
}

TEST(FanOutLoad, EndsAtOnceWhenInterrupted) {
  Bout bout({.fan_out = 2, .connections = 2, .quorum = 2});
  bout.interrupt.raise();
  EXPECT_THROW(bout.load.run_window(0, {.warmup = 0ms, .measured = 3600s}), Interrupted);
}

TEST(FanOutLoad, LeavesNothingBehind) {
  const test::Footprint before = test::footprint();
  pid_t leaves = 0;
  {
    Bout bout({.fan_out = 8, .connections = 10, .quorum = 8});
    bout.load.run_window(0, short_window);
    leaves = bout.load.processes().at(0);
  }
  EXPECT_TRUE(test::eventually([&] { return test::footprint() == before; }));
  EXPECT_NE(::kill(leaves, 0), 0) << "the process has ended and was waited for";
}

/// A leaf server on a thread of this process, where sanitizers see it.
struct RunningLeaves {
  explicit RunningLeaves(const FanOutParams& parameters)
      : params(parameters),
        wire(params, 1),
        listeners(listen_apart(params.fan_out)),
        sockets(descriptors(listeners)),
        server(std::async(std::launch::async,
                          [this] { LeafServer(params, 1, sockets).run(stop.fd()); })) {}
  ~RunningLeaves() { stop.raise(); }

  std::vector<std::byte> requests(std::uint64_t first, std::uint64_t count) const {
    std::vector<std::byte> all(count * params.request_bytes);
    for (std::uint64_t i = 0; i < count; ++i) {
      wire.write_request(first + i,
                         std::span(all).subspan(i * params.request_bytes, params.request_bytes));
    }
    return all;
  }

  FanOutParams params;
  Wire wire;
  Listeners listeners;
  std::vector<int> sockets;
  StopSignal stop;
  std::future<void> server;
};

/// Sends all bytes and receives `replies` replies, while neither waits for the other.
std::vector<std::byte> talk(test::Client& client, std::span<const std::byte> requests,
                            std::size_t expected_bytes, std::size_t most_at_once = 1u << 20) {
  std::vector<std::byte> received;
  std::vector<std::byte> room(most_at_once);
  const bool all = test::eventually([&] {
    requests = requests.subspan(client.send_some(requests).bytes);
    const auto got = client.receive_some(room).bytes;
    received.insert(received.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got));
    return received.size() >= expected_bytes;
  });
  EXPECT_TRUE(all) << received.size() << " of " << expected_bytes << " bytes came";
  return received;
}

TEST(LeafServer, AnswersEveryRequestOnceItsDelayIsOver) {
  const RunningLeaves leaves(
      {.fan_out = 2, .reply_bytes = 100, .leaf_delay = exponential, .quorum = 2});
  test::Client client(leaves.listeners.endpoints[1]);
  const auto replies = talk(client, leaves.requests(1, 200), 200 * 100);
  std::set<std::uint64_t> ids;
  bool in_order = true;
  for (std::size_t at = 0; at < replies.size(); at += 100) {
    const auto reply = std::span(replies).subspan(at, 100);
    const ReplyHeader header = Wire::read_header(reply);
    ASSERT_TRUE(Wire::is_whole(header));
    EXPECT_EQ(header.leaf, 1u);
    EXPECT_EQ(header.request_fault, 0u);
    EXPECT_EQ(header.delay_ns, draw(exponential, 1, header.request_id, 1).count());
    EXPECT_THAT(header.sent_ns - header.received_ns, Ge(header.delay_ns));
    EXPECT_EQ(leaves.wire.first_wrong_filler(header, reply), reply.size());
    in_order = in_order && (ids.empty() || header.request_id > *ids.rbegin());
    ids.insert(header.request_id);
  }
  EXPECT_EQ(ids.size(), 200u);
  EXPECT_FALSE(in_order) << "delays differ, and nobody waits for another's";
}

TEST(LeafServer, KeepsWhatAReaderHasNoRoomForAndForgetsClientsThatAreGone) {
  const RunningLeaves leaves({.fan_out = 1, .reply_bytes = 200'000, .quorum = 1});
  const auto requests = leaves.requests(1, 30);
  test::Client slow(leaves.listeners.endpoints[0], {.send_bytes = 65536, .receive_bytes = 65536});
  for (int i = 0; i < 3; ++i) {
    test::Client gone(leaves.listeners.endpoints[0]);
    gone.send_some(requests);
    if (i == 1) gone.reset();
  }
  const auto replies = talk(slow, requests, 30 * 200'000, 60'000);
  for (std::size_t i = 0; i < 30; ++i) {
    const auto reply = std::span(replies).subspan(i * 200'000, 200'000);
    const ReplyHeader header = Wire::read_header(reply);
    ASSERT_EQ(header.request_id, i + 1);
    ASSERT_EQ(leaves.wire.first_wrong_filler(header, reply), reply.size());
  }
}

TEST(LeafServer, SaysWhichByteOfARequestWasWrong) {
  const RunningLeaves leaves({.fan_out = 1, .quorum = 1});
  auto request = leaves.requests(1, 1);
  request[77] ^= std::byte{1};
  test::Client client(leaves.listeners.endpoints[0]);
  EXPECT_EQ(Wire::read_header(talk(client, request, 128)).request_fault, 78u);
}

TEST(LeafServer, SleepsWhileThereIsNothingToDo) {
  const RunningLeaves leaves(
      {.fan_out = 4, .leaf_delay = {.kind = LeafDelay::Kind::fixed, .usual = 300ms}, .quorum = 4});
  test::Client client(leaves.listeners.endpoints[0]);
  client.send_some(leaves.requests(1, 1));
  std::this_thread::sleep_for(50ms);
  const auto before = test::cpu_time();
  std::this_thread::sleep_for(200ms);
  EXPECT_LT(test::cpu_time() - before, 20ms) << "a request waits for its time meanwhile";
}

}  // namespace
}  // namespace ringside

// The load starts its leaves by running this program again, as `ringside` would be run.
int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "leaves") {
    auto inherited = ringside::take_inheritance("leaves", std::atoi(argv[2]));
    return ringside::run_leaves_process(std::move(inherited.control), std::move(inherited.sockets));
  }
  testing::InitGoogleTest(&argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  // ThreadSanitizer starts a thread of its own with the first of ours, and keeps it; it must not be
  // taken for one that was left behind.
  std::thread([] {}).join();
  return RUN_ALL_TESTS();
}
