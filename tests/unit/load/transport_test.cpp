// What every transport of a load must do, on every kind that this machine allows.
#include <sys/socket.h>

#include <thread>

#include <gmock/gmock.h>

#include "backends/tasks/echo.hpp"
#include "base/error.hpp"
#include "harness/load/io_choice.hpp"
#include "harness/load/load.hpp"
#include "tests/support/fake_backends.hpp"
#include "tests/support/process.hpp"
#include "tests/support/running_cell.hpp"
#include "tests/unit/load/echoing_client.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class Transports : public ::testing::TestWithParam<LoadIo> {
 protected:
  void SetUp() override {
    try {
      choose_io(GetParam());
    } catch (const Error& refusal) {
      GTEST_SKIP() << refusal.what();
    }
  }

  static test::EchoingClient::Make make(TransportShape shape) {
    return [shape](StreamClient& client, const StopSignal& interrupt) {
      return make_transport(GetParam(), client, interrupt, shape);
    };
  }

  test::RunningCell cell_{test::fake_backend("steady"), listen_apart(1)};
};

TEST_P(Transports, MoveEveryByteInOrder) {
  for (const std::size_t piece : {std::size_t{1000}, Transport::longest_piece}) {
    test::EchoingClient client(make({.streams = 5, .bytes_in_flight = 1 << 20}), 1 << 20, piece);
    for (int i = 0; i < 5; ++i) client.open(cell_.endpoint());
    client.run();
    EXPECT_LE(client.largest_arrival(), Transport::longest_piece);
    client.run();
  }
}

TEST_P(Transports, FinishWhatTheSocketTakesOnlyInPart) {
  // The smallest buffer that the kernel gives, see socket(7): no piece goes at once.
  test::EchoingClient client(make({.streams = 3, .bytes_in_flight = 1 << 20}), 3 << 20,
                             Transport::longest_piece);
  for (int i = 0; i < 3; ++i) client.open(cell_.endpoint(), 1);
  client.run();
}

TEST_P(Transports, TakeMoreThanWasExpected) {
  // Far more streams, and bytes on each, than there are buffers for.
  test::EchoingClient client(make({.streams = 1, .bytes_in_flight = 1}), 20'000, 20'000);
  for (int i = 0; i < 500; ++i) client.open(cell_.endpoint());
  client.run();
  client.run();
}

TEST_P(Transports, ReturnFromATurnInWhichNothingHappens) {
  test::EchoingClient client(make({.streams = 1, .bytes_in_flight = 1}), 1, 1);
  client.open(cell_.endpoint());
  client.run();
  EXPECT_TRUE(test::eventually([&] { return !client.transport().turn(); }));
  client.run();
}

TEST_P(Transports, AreInterruptedWhileTheyWait) {
  test::EchoingClient client(make({.streams = 1, .bytes_in_flight = 1}), 1, 1);
  client.open(cell_.endpoint());
  client.run();
  const std::jthread user([&] {
    std::this_thread::sleep_for(20ms);
    client.interrupt().raise();
  });
  EXPECT_THROW(
      {
        for (int turn = 0; turn < 1000; ++turn) client.transport().turn();
      },
      Interrupted);
}

TEST_P(Transports, SayHowAStreamBrokeOff) {
  void (*const cell_of_resetting)(const EchoTask&) = [](const EchoTask& task) {
    while (!task.stop.raised()) {
      UniqueFd socket(::accept(task.listeners.front(), nullptr, nullptr));
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      std::this_thread::sleep_for(1ms);
    }
  };
  const Backend resetting{.name = "resetting", .summary = "", .cells = {cell_of_resetting}};
  test::RunningCell cell(resetting, listen_apart(1));
  test::EchoingClient client(make({.streams = 1, .bytes_in_flight = 1 << 20}), 1 << 20, 1 << 16);
  client.open(cell.endpoint());
  try {
    client.run();
    FAIL() << "the peer has reset the connection";
  } catch (const TargetFailure& failure) {
    EXPECT_EQ(failure.kind(), TargetFailure::Kind::broke_off);
    EXPECT_THAT(failure.what(), HasSubstr("stream 0: "));
  }
}

TEST_P(Transports, CloseTheirConnections) {
  const test::Footprint before = test::footprint();
  {
    test::EchoingClient client(make({.streams = 20, .bytes_in_flight = 100}), 100, 100);
    for (int i = 0; i < 20; ++i) client.open(cell_.endpoint());
    client.run();
  }
  EXPECT_TRUE(test::eventually([&] { return test::footprint() == before; }))
      << "the cell sees their end, too";
}

INSTANTIATE_TEST_SUITE_P(Load, Transports, ::testing::Values(LoadIo::epoll, LoadIo::io_uring),
                         [](const auto& of) { return std::string(to_string(of.param)); });

TEST(IoChoice, TakesTheNamesOfTheCommandLine) {
  for (const LoadIo io : {LoadIo::epoll, LoadIo::io_uring}) {
    EXPECT_EQ(parse_load_io(to_string(io)), io);
  }
  EXPECT_THROW(parse_load_io("iouring"), Error);
}

TEST(IoChoice, EpollIsAlwaysToBeHadAndSaysWhy) {
  const IoChoice choice = choose_io(LoadIo::epoll);
  EXPECT_EQ(choice.io, LoadIo::epoll);
  EXPECT_THAT(choice.reason, HasSubstr("--load-io"));
}

}  // namespace
}  // namespace ringside
