#include <gmock/gmock.h>

#include "base/error.hpp"
#include "scenarios/echo/params.hpp"
#include "scenarios/echo/scenario.hpp"
#include "scenarios/echo/stream.hpp"

namespace ringside {
namespace {

TEST(EchoParams, SurvivesJson) {
  const EchoParams params{.connections = 7, .payload_bytes = 4096, .pipeline = 3, .threads = 2};
  EXPECT_EQ(echo_params_from_json(to_json(params)), params);
  EXPECT_TRUE(to_json(params).at("rate_per_s").is_null());
}

TEST(EchoParams, RefusesJsonThatIsSomethingElse) {
  EXPECT_THROW(echo_params_from_json(Json::object()), Error);
  Json wrong = to_json(EchoParams{});
  wrong["threads"] = "two";
  EXPECT_THROW(echo_params_from_json(wrong), Error);
}

TEST(EchoParams, CombinesEveryListWithEveryOther) {
  const auto all = combinations(echo_scenario, {.by_flag = {{"--connections", {"1", "64"}},
                                                            {"--pipeline", {"1", "4"}},
                                                            {"--threads", {"1"}}}});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(echo_params_from_json(all.front()), (EchoParams{1, 128, 1, 1}));
  EXPECT_EQ(echo_params_from_json(all.back()), (EchoParams{64, 128, 4, 1}));
  EXPECT_EQ(all.back(), to_json(EchoParams{64, 128, 4, 1})) << "table and type have one form";
}

TEST(EchoParams, AreMoreInLargerProfiles) {
  EXPECT_EQ(combinations(echo_scenario, {.profile = Profile::quick}).size(), 1u);
  EXPECT_EQ(combinations(echo_scenario, {.profile = Profile::standard}).size(), 6u);
  EXPECT_EQ(combinations(echo_scenario, {.profile = Profile::thorough}).size(), 18u);
}

TEST(EchoParams, AreRefusedWhereAnEventLoopWouldHaveNoConnection) {
  EXPECT_THAT(
      [] {
        combinations(echo_scenario, {.by_flag = {{"--connections", {"2"}}, {"--threads", {"3"}}}});
      },
      ::testing::ThrowsMessage<Error>(::testing::HasSubstr("--threads 3 with --connections 2")));
}

TEST(EchoParams, GivesCellsRoomForAMessage) {
  EXPECT_EQ(buffer_bytes({.payload_bytes = 1}), 16'384u);
  EXPECT_EQ(buffer_bytes({.payload_bytes = 16'385}), 32'768u);
  EXPECT_EQ(buffer_bytes({.payload_bytes = 8u << 20}), 1u << 20);
}

TEST(EchoStream, RepeatsItselfAfterItsPeriodAndNotBefore) {
  const EchoStream stream(1);
  const auto whole = stream.piece(0, 2 * EchoStream::period);
  EXPECT_TRUE(
      std::ranges::equal(whole.first(EchoStream::period), whole.subspan(EchoStream::period)));
  const auto message = stream.piece(0, 128);
  for (std::size_t at = 1; at < EchoStream::period; ++at) {
    ASSERT_FALSE(std::ranges::equal(message, stream.piece(at, 128))) << at;
  }
}

TEST(EchoStream, AdvancesAroundItsEnd) {
  EXPECT_EQ(EchoStream::advance(0, 128), 128u);
  EXPECT_EQ(EchoStream::advance(EchoStream::period - 1, 1), 0u);
  EXPECT_EQ(EchoStream::advance(5, 10 * EchoStream::period + 3), 8u);
}

}  // namespace
}  // namespace ringside
