#include "harness/doctor/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringside {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<Diagnosis> findings() {
  return {{.name = "CPUs", .level = Level::ok, .finding = "2 CPUs on 2 cores", .mend = {}},
          {.name = "other programs",
           .level = Level::warning,
           .finding = "'cc1plus' uses 37 % of a CPU now",
           .mend = "stop it, or wait until it has ended"}};
}

TEST(DoctorPage, IsAligned) {
  EXPECT_EQ(to_text(findings(), {}),
            "ok       CPUs            2 CPUs on 2 cores\n"
            "warning  other programs  'cc1plus' uses 37 % of a CPU now\n"
            "                         mend: stop it, or wait until it has ended\n"
            "\n"
            "1 warning: results hold, but are wider or poorer than they could be.\n");
}

TEST(DoctorPage, BreaksLinesBetweenWords) {
  const std::string text = to_text(findings(), {.colour = false, .columns = 55});
  EXPECT_THAT(text, HasSubstr("'cc1plus' uses 37 % of a CPU\n                         now\n"));
}

TEST(DoctorPage, NeverBreaksIntoSlivers) {
  EXPECT_THAT(to_text(findings(), {.colour = false, .columns = 1}), HasSubstr("2 CPUs on 2 cores"));
}

TEST(DoctorPage, HasColourOnlyWhenAskedFor) {
  EXPECT_THAT(to_text(findings(), {.colour = false}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_text(findings(), {.colour = true}), HasSubstr("\x1b[33mwarning\x1b[0m  other"));
}

TEST(DoctorPage, KeepsTheNamesOfOtherProgramsFromActingOnTheTerminal) {
  const std::vector<Diagnosis> hostile{
      {.name = "x", .level = Level::note, .finding = "'\x1b[2J' runs", .mend = {}}};
  EXPECT_THAT(to_text(hostile, {}), HasSubstr("'\uFFFD[2J' runs"));
}

TEST(DoctorPage, HasAJsonForm) {
  const Json page = to_json(findings());
  EXPECT_EQ(page.at("schema"), "ringside.doctor/1");
  EXPECT_EQ(page.at("checks").size(), 2u);
  EXPECT_EQ(page.at("checks")[0].at("level"), "ok");
  EXPECT_TRUE(page.at("checks")[0].at("mend").is_null());
  EXPECT_EQ(page.at("checks")[1].at("mend"), "stop it, or wait until it has ended");
}

}  // namespace
}  // namespace ringside
