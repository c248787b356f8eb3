#include "harness/process/control.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using namespace std::chrono_literals;

struct Ends {
  explicit Ends(std::pair<UniqueFd, UniqueFd> pair = make_channel())
      : raw(::dup(pair.second.get())), near(std::move(pair.first)), far(std::move(pair.second)) {}
  UniqueFd raw;  // the far end, for writing what no ControlChannel would
  ControlChannel near, far;
};

void write_raw(const Ends& ends, std::uint32_t length, std::string_view body) {
  const std::uint32_t announced = htonl(length);
  ASSERT_EQ(::send(ends.raw.get(), &announced, sizeof announced, 0), 4);
  ASSERT_EQ(::send(ends.raw.get(), body.data(), body.size(), 0), static_cast<ssize_t>(body.size()));
}

TEST(ControlChannel, CarriesMessagesInOrder) {
  const Ends ends;
  ends.near.send({{"type", "start"}, {"params", {{"connections", 64}}}});
  ends.near.send({{"type", "stop"}});
  const auto start = ends.far.receive(1s);
  ASSERT_TRUE(start);
  EXPECT_EQ(type_of(*start), "start");
  EXPECT_EQ(start->at("params").at("connections"), 64);
  EXPECT_EQ(type_of(*ends.far.receive(1s)), "stop");
}

TEST(ControlChannel, TextThatIsNotUtf8DoesNotBreakIt) {
  const Ends ends;
  ends.near.send({{"type", "failed"}, {"reason", "bad \xff byte"}});
  EXPECT_EQ(type_of(*ends.far.receive(1s)), "failed");
}

TEST(ControlChannel, SaysWhenTheOtherSideIsGone) {
  auto [near, far] = make_channel();
  const ControlChannel channel(std::move(near));
  far.reset();
  EXPECT_FALSE(channel.receive(1s).has_value());
  EXPECT_THROW(channel.send({{"type", "stop"}}), Error);
}

TEST(ControlChannel, DoesNotWaitForEver) {
  const Ends ends;
  EXPECT_THROW(ends.near.receive(1ms), Error);
}

TEST(ControlChannel, StopReceivingEndsAWaitInAnotherThread) {
  const Ends ends;
  std::jthread waiting([&] { EXPECT_FALSE(ends.near.receive().has_value()); });
  ends.near.stop_receiving();
}

TEST(ControlChannel, RefusesWhatIsNoMessage) {
  const auto refused = [](std::uint32_t length, std::string_view body) {
    const Ends ends;
    write_raw(ends, length, body);
    EXPECT_THROW(ends.near.receive(1s), Error) << body;
  };
  refused(5, "hello");
  refused(2, "[]");
  refused(4, "null");
  refused(0xffffffff, "");
}

TEST(ControlChannel, AMessageCutOffIsTheEnd) {
  Ends ends;
  write_raw(ends, 100, "{\"type\":");
  ::shutdown(ends.raw.get(), SHUT_WR);
  EXPECT_FALSE(ends.near.receive(1s).has_value());
}

TEST(TypeOf, IsEmptyWhereThereIsNone) {
  EXPECT_EQ(type_of(Json::object()), "");
  EXPECT_EQ(type_of({{"type", 7}}), "");
}

}  // namespace
}  // namespace ringside
