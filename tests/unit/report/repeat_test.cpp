#include "harness/report/render/repeat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringside {
namespace {

TEST(ShellQuoted, LeavesPlainWordsAndQuotesTheRest) {
  EXPECT_EQ(shell_quoted({"./ringside", "run", "--files=1x4KiB,2x8KiB"}),
            "./ringside run --files=1x4KiB,2x8KiB");
  EXPECT_EQ(shell_quoted({"a b", "$(rm)", "it's", ""}), R"('a b' '$(rm)' 'it'\''s' '')");
}

TEST(HowToRepeat, LeavesOutTheFolderThatIsTaken) {
  const Json run = {{"command", {"ringside", "run", "--output", "out", "--output=x", "echo"}}};
  EXPECT_EQ(how_to_repeat(run).command, "ringside run echo");
}

TEST(HowToRepeat, SaysWhatItWasWith) {
  const Json run = {{"ringside_version", "0.1.0"},
                    {"git_revision", nullptr},
                    {"machine", {{"kernel", "6.18"}, {"cpu", {{"model", "AMD EPYC"}}}}},
                    {"started_at", "2026-11-23T13:15:00Z"}};
  EXPECT_EQ(how_to_repeat(run).setting,
            "ringside 0.1.0, AMD EPYC, Linux 6.18, 2026-11-23T13:15:00Z");
}

TEST(HowToRepeat, KnowsNothingWithoutARun) {
  EXPECT_EQ(how_to_repeat(Json::object()).command, "");
  EXPECT_EQ(how_to_repeat(Json({{"command", 7}, {"machine", "?"}})).setting, "");
}

}  // namespace
}  // namespace ringside
