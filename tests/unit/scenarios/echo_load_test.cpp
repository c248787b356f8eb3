// The echo load, on each kind of I/O, against cells that are known to be right, or wrong in a known
// way.
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <tuple>

#include <gmock/gmock.h>

#include "backends/tasks/echo.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/team.hpp"
#include "scenarios/echo/load.hpp"
#include "tests/support/fake_backends.hpp"
#include "tests/support/process.hpp"
#include "tests/support/running_cell.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const WindowSpec short_window{.warmup = 2ms, .measured = 20ms};

/// One cell, one load that is connected to it.
struct Bout {
  explicit Bout(LoadIo io, const Backend& backend,
                const EchoParams& parameters = {.connections = 4}, std::size_t threads = 1)
      : params(parameters),
        cell(backend, listen_apart(params.threads), buffer_bytes(params)),
        team(threads, [](std::size_t) {}),
        load(params, {.team = team, .targets = 1, .seed = 1, .io = io, .interrupt = interrupt}) {
    load.connect(0, {.endpoints = cell.listeners().endpoints, .ask = {}});
  }

  EchoParams params;
  StopSignal interrupt;
  test::RunningCell cell;
  ThreadTeam team;
  EchoLoad load;
};

void skip_where_refused(LoadIo io) {
  try {
    choose_io(io);
  } catch (const Error& refusal) {
    GTEST_SKIP() << refusal.what();
  }
}

class EchoLoadTest : public ::testing::TestWithParam<LoadIo> {
 protected:
  void SetUp() override { skip_where_refused(GetParam()); }
};

std::string name_of(const ::testing::TestParamInfo<LoadIo>& io) {
  return std::string(to_string(io.param));
}

INSTANTIATE_TEST_SUITE_P(With, EchoLoadTest, ::testing::Values(LoadIo::epoll, LoadIo::io_uring),
                         name_of);

TargetFailure failure_of(LoadIo io, const std::string& backend) {
  try {
    Bout bout(io, test::fake_backend(backend));
    for (int window = 0; window < 1000; ++window) bout.load.run_window(0, short_window);
  } catch (const TargetFailure& failure) {
    return failure;
  }
  throw Error(backend + " went unnoticed");
}

TEST_P(EchoLoadTest, CountsWhatItMeasured) {
  Bout bout(GetParam(), test::fake_backend("steady"));
  std::uint64_t ops = 0;
  std::uint64_t begun = 0;
  for (int window = 0; window < 3; ++window) {
    const WindowResult result = bout.load.run_window(0, short_window);
    EXPECT_EQ(result.bytes, std::llround(result.work * 128));
    EXPECT_NEAR(result.work, static_cast<double>(result.ops), 4) << "whole messages, small ones";
    EXPECT_GE(result.all_ops, result.ops + bout.params.connections - 1)
        << "the answers taken in after the window are not in it";
    EXPECT_EQ(result.begun.started, result.begun.ended_inside + result.begun.ended_after);
    EXPECT_EQ(result.begun.failed, 0u);
    ops += result.ops;
    begun += result.begun.started;
  }
  EXPECT_GT(ops, 0u);
  const LoadFigures figures = bout.load.take_figures(0);
  EXPECT_EQ(figures.latency.count(), begun) << "one latency for each that began";
  EXPECT_LE(figures.fairness->least * bout.params.connections, ops);
  EXPECT_GE(figures.fairness->most * bout.params.connections, ops);
  EXPECT_EQ(bout.load.take_figures(0).latency.count(), 0u) << "they were taken";
}

TEST_P(EchoLoadTest, ObeysLittlesLaw) {
  Bout bout(GetParam(), test::fake_backend("steady"), {.connections = 8, .pipeline = 2}, 2);
  EXPECT_TRUE(test::eventually([&] {
    const WindowResult window = bout.load.run_window(0, {.warmup = 2ms, .measured = 50ms});
    const double in_system = std::chrono::duration<double>(window.response + window.idle) /
                             std::chrono::duration<double>(window.elapsed) * window.work /
                             static_cast<double>(window.begun.started);
    return std::abs(in_system - 16) < 0.5;
  }));
}

TEST_P(EchoLoadTest, FollowsWhatBeganToItsEnd) {
  // Each answer takes longer than the measured part: counted by their ends there would be none.
  Bout bout(GetParam(), test::fake_backend("slow"), {.connections = 1});
  EXPECT_TRUE(test::eventually([&] {
    return bout.load.run_window(0, {.warmup = 0ms, .measured = 10us, .settle_limit = 1s})
               .begun.ended_after > 0;
  }));
  EXPECT_GE(bout.load.take_figures(0).latency.max(), 20us);
}

TEST_P(EchoLoadTest, WarmsUpUntilEveryConnectionWasAnswered) {
  Bout bout(GetParam(), test::fake_backend("steady"), {.connections = 300});
  const WindowResult patient =
      bout.load.run_window(0, {.warmup = 0ms, .measured = 1ms, .settle_limit = 10s});
  EXPECT_EQ(patient.unsettled, 0u);
  EXPECT_TRUE(patient.settling);
  EXPECT_GE(patient.all_ops, 900u);
  const WindowResult hasty = bout.load.run_window(0, {.warmup = 0ms, .measured = 1us});
  EXPECT_EQ(hasty.unsettled, 1u);
}

TEST_P(EchoLoadTest, CountsTheInsidePartOfALargeMessage) {
  Bout bout(GetParam(), test::fake_backend("steady"),
            {.connections = 1, .payload_bytes = std::size_t{8} << 20});
  bool parts = false;
  EXPECT_TRUE(test::eventually([&] {
    const WindowResult window = bout.load.run_window(0, {.warmup = 0ms, .measured = 2ms});
    parts = parts || (window.work > 0 && window.work != std::floor(window.work));
    return parts;
  }));
}

TEST_P(EchoLoadTest, MeasuresForAsLongAsItWasTold) {
  Bout bout(GetParam(), test::fake_backend("steady"));
  // A busy machine may keep the load from the beginning of a window, but not of every one.
  EXPECT_TRUE(test::eventually(
      [&] { return bout.load.run_window(0, short_window).elapsed >= short_window.measured / 2; }));
}

TEST_P(EchoLoadTest, MeasuresNothingInAnEmptyWindow) {
  Bout bout(GetParam(), test::fake_backend("steady"));
  const WindowResult result = bout.load.run_window(0, {.warmup = 20ms, .measured = 0ms});
  EXPECT_EQ(result.ops, 0u);
  EXPECT_GT(result.all_ops, 0u);
  EXPECT_EQ(bout.load.take_figures(0).latency.count(), 0u);
}

class EchoLoadShapes : public ::testing::TestWithParam<std::tuple<LoadIo, EchoParams>> {};

TEST_P(EchoLoadShapes, EveryByteComesBack) {
  const auto& [io, params] = GetParam();
  skip_where_refused(io);
  if (IsSkipped()) return;
  Bout bout(io, test::fake_backend("steady"), params, 2);
  std::uint64_t all_ops = 0;
  EXPECT_TRUE(test::eventually([&, &shape = params] {
    all_ops += bout.load.run_window(0, short_window).all_ops;
    return all_ops > shape.connections * shape.pipeline;
  }));
}

INSTANTIATE_TEST_SUITE_P(
    With, EchoLoadShapes,
    ::testing::Combine(::testing::Values(LoadIo::epoll, LoadIo::io_uring),
                       ::testing::Values(EchoParams{1, 1, 1, 1}, EchoParams{3, 128, 16, 1},
                                         EchoParams{2, 4092, 7, 2}, EchoParams{5, 4093, 1, 2},
                                         EchoParams{2, 65'537, 3, 1}, EchoParams{1, 3u << 20, 2, 1},
                                         EchoParams{300, 64, 1, 3}, EchoParams{500, 128, 4, 1})));

TEST_P(EchoLoadTest, LatencyContainsTheBackendsDelay) {
  Bout bout(GetParam(), test::fake_backend("slow"), {.connections = 1});
  bout.load.run_window(0, {.warmup = 1ms, .measured = 50ms});
  EXPECT_GE(bout.load.take_figures(0).latency.min(), 20us)
      << "the fake spends 20 us of CPU on each read";
}

TEST_P(EchoLoadTest, NoticesAByteThatIsWrong) {
  const TargetFailure failure = failure_of(GetParam(), "wrong");
  EXPECT_EQ(failure.kind(), TargetFailure::Kind::wrong_data);
  EXPECT_THAT(failure.what(), HasSubstr("got back 0x"));
}

TEST_P(EchoLoadTest, NoticesABackendThatFallsSilent) {
  EXPECT_EQ(failure_of(GetParam(), "mute").kind(), TargetFailure::Kind::stalled);
}

TEST_P(EchoLoadTest, NoticesABackendThatSendsMoreThanItGot) {
  void (*const cell_of_chatty)(const EchoTask&) = [](const EchoTask& task) {
    // Answers before it is asked: whatever it says was never sent.
    for (;;) {
      const UniqueFd socket(::accept(task.listeners.front(), nullptr, nullptr));
      if (socket) {
        [[maybe_unused]] const auto sent = ::write(socket.get(), "hello", 5);
        while (!task.stop.raised()) std::this_thread::sleep_for(1ms);
      }
      if (task.stop.raised()) return;
      std::this_thread::sleep_for(1ms);
    }
  };
  const Backend chatty{.name = "chatty", .summary = "", .cells = {cell_of_chatty}};
  EXPECT_THROW(Bout(GetParam(), chatty, {.connections = 1}), TargetFailure);
}

TEST_P(EchoLoadTest, NoticesABackendThatIsGone) {
  Bout bout(GetParam(), test::fake_backend("steady"));
  bout.load.run_window(0, short_window);
  bout.cell.stop();
  try {
    bout.load.run_window(0, short_window);
    FAIL() << "the connections are closed";
  } catch (const TargetFailure& failure) {
    EXPECT_EQ(failure.kind(), TargetFailure::Kind::broke_off);
  }
}

TEST_P(EchoLoadTest, EndsAtOnceWhenInterrupted) {
  Bout bout(GetParam(), test::fake_backend("steady"));
  bout.interrupt.raise();
  EXPECT_THROW(bout.load.run_window(0, {.warmup = 0ms, .measured = 3600s}), Interrupted);
}

TEST_P(EchoLoadTest, ConnectsAgainAfterItHasLetGo) {
  Bout bout(GetParam(), test::fake_backend("steady"), {.connections = 9}, 3);
  for (int time = 0; time < 3; ++time) {
    EXPECT_GT(bout.load.run_window(0, short_window).all_ops, 0u);
    bout.load.disconnect(0);
    bout.load.connect(0, {.endpoints = bout.cell.listeners().endpoints, .ask = {}});
  }
}

TEST_P(EchoLoadTest, LeavesNoDescriptorOpen) {
  const test::Footprint before = test::footprint();
  {
    Bout bout(GetParam(), test::fake_backend("steady"), {.connections = 50}, 2);
    bout.load.run_window(0, short_window);
  }
  EXPECT_TRUE(test::eventually([&] { return test::footprint() == before; }));
}

}  // namespace
}  // namespace ringside
