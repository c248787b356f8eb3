#include "harness/cli/command_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ringside {
namespace {

using testing::ElementsAre;

TEST(CommandWords, AreSplitAtBlanks) {
  EXPECT_THAT(split_command("  env A=1\tringside\n", "--base"),
              ElementsAre("env", "A=1", "ringside"));
}

TEST(CommandWords, QuotesHoldTogether) {
  EXPECT_THAT(split_command(R"('my build/ringside' "a b"c '')", "--base"),
              ElementsAre("my build/ringside", "a bc", ""));
  EXPECT_THAT(split_command(R"(a\ b "c\"d\\e\f" 'g\h')", "--base"),
              ElementsAre("a b", R"(c"d\e\f)", R"(g\h)"));
}

TEST(CommandWords, NothingIsExpanded) {
  EXPECT_THAT(split_command("$HOME/* `id` ; rm", "--base"),
              ElementsAre("$HOME/*", "`id`", ";", "rm"));
}

TEST(CommandWords, WhatDoesNotEndOrIsNothingIsRefused) {
  for (const char* text : {"'a", "\"a", "a\\", "", "  ", "''"}) {
    EXPECT_THROW(split_command(text, "--base"), Error) << text;
  }
}

}  // namespace
}  // namespace ringside
