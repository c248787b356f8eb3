#include "tests/support/fake_backends.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/running_cell.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

using testing::HasSubstr;
using testing::Property;
using testing::ThrowsMessage;

const Bytes message = random_bytes(100, 1);

void echo_times(Client& client, int times) {
  for (int i = 0; i < times; ++i) echo(client, message);
}

TEST(FakeBackends, SteadyEchoesEverything) {
  RunningCell cell(fake_backend("steady"), listen_apart(1));
  Client client(cell.endpoint());
  echo_times(client, 2000);
}

TEST(FakeBackends, SlowBurnsCpuAtEachRead) {
  constexpr int rounds = 500;
  RunningCell cell(fake_backend("slow"), listen_apart(1));
  Client client(cell.endpoint());
  const auto before = cpu_time();
  echo_times(client, rounds);
  EXPECT_GE(cpu_time() - before, rounds * std::chrono::microseconds(20));
}

TEST(FakeBackends, WrongFlipsAByteInTheThousandthRead) {
  RunningCell cell(fake_backend("wrong"), listen_apart(1));
  Client client(cell.endpoint());
  echo_times(client, 999);
  EXPECT_THAT([&] { echo(client, message); }, ThrowsMessage<Error>(HasSubstr("byte 0 came back")));
}

TEST(FakeBackends, MuteIsSilentFromTheTwoHundredthRead) {
  RunningCell cell(fake_backend("mute"), listen_apart(1));
  Client client(cell.endpoint());
  echo_times(client, 199);
  Transfer unanswered(client, message);
  unanswered.send_some();
  client.finish_sending();
  EXPECT_EQ(client.wait_for_end(), End::closed);
}

TEST(FakeBackendsDeathTest, CrashAbortsAtTheTwoHundredthRead) {
  // The other style forks, and a child of a process with threads cannot have threads under tsan.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto crash = [] {
    RunningCell cell(fake_backend("crash"), listen_apart(1));
    Client client(cell.endpoint());
    echo_times(client, 200);
  };
  EXPECT_EXIT(crash(), testing::KilledBySignal(SIGABRT), "");
}

TEST(FakeBackends, QuitsSaysWhyAndHowToMend) {
  RunningCell cell(fake_backend("quits"), listen_apart(1));
  EXPECT_TRUE(eventually([&] { return cell.returned(); }));
  EXPECT_THAT([&] { cell.stop(); },
              testing::Throws<Error>(Property(&Error::mend, HasSubstr("another"))));
}

TEST(FakeBackends, AbsentSaysWhyAndHowToMend) {
  const Availability availability = fake_backend("absent").available();
  EXPECT_FALSE(availability.yes);
  EXPECT_FALSE(availability.reason.empty());
  EXPECT_FALSE(availability.mend.empty());
}

}  // namespace

}  // namespace ringside::test
