#include "base/stop_signal.hpp"

#include <poll.h>

#include <thread>

#include <gtest/gtest.h>

namespace ringside {
namespace {

TEST(StopSignal, StaysRaisedForEverybodyWhoWaits) {
  const StopSignal stop;
  EXPECT_FALSE(stop.raised());
  std::jthread([&] { stop.raise(); }).join();
  stop.raise();
  for (int waiter = 0; waiter < 3; ++waiter) {
    pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&waiting, 1, 0), 1);
    EXPECT_TRUE(stop.raised());
  }
}

}  // namespace
}  // namespace ringside
