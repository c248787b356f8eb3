// What goes over the wire of a fan-out, and that no wrong answer passes.
#include <functional>

#include <gmock/gmock.h>

#include "harness/load/load.hpp"
#include "scenarios/fan_out/answer.hpp"
#include "scenarios/fan_out/wire.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
using Bytes = std::vector<std::byte>;
using Clock = AnswerChecker::Clock;

constexpr std::uint64_t seed = 11;
const FanOutParams params{.fan_out = 4,
                          .reply_bytes = 200,
                          .leaf_delay = {.kind = LeafDelay::Kind::exponential, .usual = 1ms},
                          .quorum = 3};
const Wire wire(params, seed);
const std::uint64_t id = request_id(5, 17);
// In the future, so that the clock itself is behind every stamp that a test makes up.
const Clock::time_point sent_at{std::chrono::hours(1'000'000)};

ReplyHeader header(std::uint32_t leaf, std::uint64_t request = id) {
  const auto delay = draw(params.leaf_delay, seed, request, leaf);
  const auto received = sent_at + 10us;
  return {.request_id = request,
          .leaf = leaf,
          .delay_ns = delay.count(),
          .received_ns = to_wire(received),
          .sent_ns = to_wire(received + delay + 3us)};
}

Bytes reply(const ReplyHeader& header) {
  Bytes bytes(params.reply_bytes);
  wire.write_reply(header, bytes);
  return bytes;
}

Bytes joined(std::initializer_list<Bytes> replies) {
  Bytes all;
  for (const Bytes& bytes : replies) all.insert(all.end(), bytes.begin(), bytes.end());
  return all;
}

struct Checker : AnswerChecker {
  Checker() : AnswerChecker(params, seed, wire) { expect(id, sent_at); }
};

const Clock::time_point long_after = sent_at + 1s;

/// What the checker says about an answer, however it is cut into pieces.
std::string wrong(const Bytes& answer) {
  std::string said;
  for (const std::size_t piece : {answer.size(), std::size_t{1}, std::size_t{77}}) {
    Checker checker;
    try {
      for (std::span<const std::byte> rest(answer); !rest.empty();) {
        const auto taken = rest.first(std::min(piece, rest.size()));
        checker.take(taken, long_after);
        rest = rest.subspan(taken.size());
      }
      ADD_FAILURE() << "the answer was taken for right in pieces of " << piece;
    } catch (const TargetFailure& failure) {
      EXPECT_EQ(failure.kind(), TargetFailure::Kind::wrong_data);
      EXPECT_THAT(failure.what(), HasSubstr("connection 5, request 17: "));
      said = failure.what();
    }
  }
  return said;
}

TEST(Wire, RequestsSayWhoseTheyAreAndWhatIsWrongWithThem) {
  Bytes request(params.request_bytes);
  wire.write_request(id, request);
  EXPECT_EQ(wire.request_fault(request), 0u);
  for (std::size_t at = 0; at < request.size(); ++at) {
    Bytes damaged = request;
    damaged[at] ^= std::byte{0x10};
    const std::uint32_t fault = wire.request_fault(damaged);
    if (at >= request_header_bytes) {
      EXPECT_EQ(fault, at + 1);
    } else {
      EXPECT_NE(fault, 0u) << "the filler belongs to another request";
    }
  }
}

TEST(Wire, IdentitiesComeApart) {
  EXPECT_EQ(connection_of(id), 5u);
  EXPECT_EQ(sequence_of(id), 17u);
}

TEST(AnswerChecker, TakesRepliesInAnyOrderAndAnyPieces) {
  const Bytes answer = joined({reply(header(3)), reply(header(0)), reply(header(1))});
  for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
    Checker checker;
    std::size_t at = 0;
    while (at + piece < answer.size()) {
      ASSERT_FALSE(checker.take(std::span(answer).subspan(at, piece), long_after));
      at += piece;
    }
    ASSERT_TRUE(checker.take(std::span(answer).subspan(at), long_after));
  }
}

TEST(AnswerChecker, TellsTheTimesOfTheRepliesThatCount) {
  Checker checker;
  ASSERT_TRUE(
      checker.take(joined({reply(header(3)), reply(header(0)), reply(header(1))}), long_after));
  auto first = std::chrono::nanoseconds::max(), last = 0ns, slowest = 0ns;
  for (const std::size_t leaf : {3u, 0u, 1u}) {
    const auto delay = draw(params.leaf_delay, seed, id, leaf);
    first = std::min(first, 13us + delay);
    last = std::max(last, 13us + delay);
    slowest = std::max(slowest, delay);
  }
  EXPECT_EQ(checker.times().first_reply, first);
  EXPECT_EQ(checker.times().last_reply, last);
  EXPECT_EQ(checker.times().slowest_delay, slowest);
  EXPECT_EQ(checker.times().leaf_lateness, 3us);
}

TEST(AnswerChecker, FindsEveryByteThatIsWrong) {
  const Bytes right = joined({reply(header(0)), reply(header(1)), reply(header(2))});
  for (std::size_t at = 0; at < right.size(); ++at) {
    Bytes damaged = right;
    damaged[at] ^= std::byte{1};
    Checker checker;
    EXPECT_THROW(checker.take(damaged, long_after), TargetFailure) << "byte " << at;
  }
}

TEST(AnswerChecker, FindsRepliesThatDoNotBelongThere) {
  const Bytes a = reply(header(0)), b = reply(header(1)), c = reply(header(2));
  EXPECT_THAT(wrong(joined({a, b, a})), HasSubstr("leaf 0 twice"));
  EXPECT_THAT(wrong(joined({a, reply(header(1, request_id(5, 16)))})),
              HasSubstr("a reply to request 16 of connection 5"));
  EXPECT_THAT(wrong(joined({a, reply(header(1, request_id(6, 17)))})),
              HasSubstr("a reply to request 17 of connection 6"));
  EXPECT_THAT(wrong(joined({a, b, c, reply(header(3))})), HasSubstr("belong to no answer"));
  EXPECT_THAT(wrong(reply(header(4))), HasSubstr("leaf 4, of 4"));
  Bytes swapped = a;
  std::ranges::copy(std::span(b).subspan(reply_header_bytes), swapped.begin() + reply_header_bytes);
  EXPECT_THAT(wrong(swapped), HasSubstr("reply of leaf 0 is not what the leaf sent"));
}

TEST(AnswerChecker, FindsARequestThatWasChangedOnItsWay) {
  ReplyHeader changed = header(2);
  changed.request_fault = 100;
  EXPECT_THAT(wrong(reply(changed)), HasSubstr("leaf 2 got another request than was sent, from "
                                               "byte 99 on"));
}

TEST(AnswerChecker, DoesNotBlameTheBackendForALeafThatContradictsItself) {
  const auto blamed = [](const std::function<void(ReplyHeader&)>& change) -> std::string {
    ReplyHeader changed = header(1);
    change(changed);
    Checker checker;
    try {
      checker.take(reply(changed), long_after);
    } catch (const TargetFailure&) {
      return "the backend";
    } catch (const Error& error) {
      return error.what();
    }
    return "nobody";
  };
  EXPECT_THAT(blamed([](ReplyHeader& h) { ++h.delay_ns; }), HasSubstr("leaf 1 says that"));
  EXPECT_THAT(blamed([](ReplyHeader& h) { h.sent_ns = h.received_ns + h.delay_ns - 1; }),
              HasSubstr("leaf 1 replied 1 ns too early"));
  EXPECT_THAT(blamed([](ReplyHeader& h) { h.received_ns = to_wire(sent_at) - 1; }),
              HasSubstr("CLOCK_MONOTONIC"));
  EXPECT_THAT(blamed([](ReplyHeader& h) { h.sent_ns = to_wire(long_after) + 1; }),
              HasSubstr("CLOCK_MONOTONIC"));
}

TEST(AnswerChecker, GoesOnWithTheNextRequest) {
  Checker checker;
  const Bytes first = joined({reply(header(0)), reply(header(1)), reply(header(2))});
  ASSERT_TRUE(checker.take(first, long_after));
  const std::uint64_t next = request_id(5, 18);
  checker.expect(next, sent_at);
  EXPECT_TRUE(
      checker.take(joined({reply(header(0, next)), reply(header(1, next)), reply(header(2, next))}),
                   long_after + 1s));
}

}  // namespace
}  // namespace ringside
