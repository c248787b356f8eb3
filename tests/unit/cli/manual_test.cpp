#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/manual/bash_completion.hpp"
#include "harness/manual/described_command.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/manual/man_page.hpp"
#include "harness/manual/zsh_completion.hpp"

namespace ringside {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A command line with what a roff or a shell would take for its own in it.
class Manual : public ::testing::Test {
 protected:
  Manual() {
    app.set_version_flag("--version", "1.2");
    CLI::App* command = app.add_subcommand("bake", "Bake it");
    command->add_flag("-f,--fast,!--no-fast", fast, ".it's \\fBhot\\fP [or] so: \"µ\"");
    know_words(command->add_option("--kinds", kinds, "Of cake"), {"plum", "nut"})->delimiter(',');
    know_path(command->add_option("where", where, "A tin"))->required();
    app.add_subcommand("secret", "")->group("");
  }

  std::string man() { return man_page(describe(app), "1.2", "What it does.", {}); }

  bool fast = false;
  std::vector<std::string> kinds;
  std::string where;
  CLI::App app{"Cake: all of it", "cake"};
};

TEST_F(Manual, DescribesWhatIsParsed) {
  const DescribedCommand described = describe(app);
  ASSERT_EQ(described.commands.size(), 1U);
  const DescribedCommand& bake = described.commands.front();
  EXPECT_EQ(bake.name, "bake");
  ASSERT_EQ(bake.positionals.size(), 1U);
  EXPECT_TRUE(bake.positionals.front().is_path);
  EXPECT_EQ(bake.positionals.front().usage, "where");
  ASSERT_EQ(bake.flags.size(), 3U);
  EXPECT_THAT(bake.flags[1].names, ElementsAre("-f", "--fast", "--no-fast"));
  EXPECT_FALSE(bake.flags[1].takes_value);
  EXPECT_TRUE(bake.flags[2].takes_value);
  EXPECT_TRUE(bake.flags[2].is_list);
  EXPECT_THAT(bake.flags[2].words, ElementsAre("plum", "nut"));
}

TEST_F(Manual, LeavesHelpAndParsingAsTheyAre) {
  EXPECT_THAT(app.get_subcommand("bake")->help(), Not(HasSubstr("plum")));
  app.parse("bake --kinds lemon tin");
  EXPECT_THAT(kinds, ElementsAre("lemon"));
}

TEST_F(Manual, KnowsNoWordsWhereNoneWereNoted) {
  CLI::Option* option = app.add_option("--plain", where, "");
  EXPECT_THAT(known_words(*option), IsEmpty());
  EXPECT_FALSE(is_path(*option));
}

TEST_F(Manual, HasNothingThatRoffWouldTakeForItsOwn) {
  EXPECT_THAT(man(), HasSubstr(".TH CAKE 1 \"\" \"cake 1.2\""));
  EXPECT_THAT(man(), HasSubstr("cake \\- all of it"));
  EXPECT_THAT(man(), HasSubstr("\\&.it\\(aqs \\(rsfBhot\\(rsfP [or] so: \\(dq\\[u00B5]\\(dq.\n"));
  EXPECT_THAT(man(), HasSubstr("\\fB\\-\\-fast\\fR, \\fB\\-\\-no\\-fast\\fR\n"));
  EXPECT_THAT(man(), HasSubstr("One of: plum, nut."));
  EXPECT_THAT(man(), Not(HasSubstr("secret")));
}

TEST_F(Manual, HasNothingThatAShellWouldTakeForItsOwn) {
  EXPECT_THAT(zsh_completion(describe(app)),
              HasSubstr("--fast[.it'\\''s \\\\fBhot\\\\fP \\[or\\] so: \"µ\"]'"));
  EXPECT_THAT(bash_completion(describe(app)),
              HasSubstr("    'bake --kinds') kind=list candidates='plum nut' ;;\n"));
  EXPECT_THAT(bash_completion(describe(app)), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace ringside
