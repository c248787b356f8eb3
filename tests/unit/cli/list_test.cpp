#include "harness/cli/list.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/backend.hpp"
#include "backends/tasks/echo.hpp"
#include "backends/tasks/file_copy.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {
namespace {

void echo(const EchoTask& /*task*/) {}
void copy(const FileCopyTask& /*task*/) {}

Availability no_ring() {
  return {.yes = false, .reason = "no ring", .mend = "allow it"};
}

Availability here() {
  return {};
}

const std::array<Backend, 2> backends{{
    {.name = "able",
     .summary = "runs here",
     .version = [] { return std::string("able 1.0"); },
     .available = here,
     .cells = {echo, copy}},
    {.name = "unable",
     .summary = "does not",
     .version = [] { return std::string(); },
     .available =
         [] { return Availability{.yes = false, .reason = "it is refused", .mend = "allow it"}; }},
}};

const std::array<Backend, 1> copies_nowhere{{
    {.name = "able",
     .summary = "runs here",
     .version = [] { return std::string("able 1.0"); },
     .available = here,
     .cells = {{copy, no_ring}}},
}};

constexpr std::array<Scenario, 3> scenarios{{
    {.name = "echo", .summary = "returns every byte"},
    {.name = "file_copy", .summary = "copies"},
    {.name = "other", .summary = "something else"},
}};

TEST(List, IsAligned) {
  EXPECT_EQ(list_text(backends, scenarios),
            "Scenarios\n"
            "  echo       returns every byte\n"
            "  file_copy  copies\n"
            "  other      something else\n"
            "\n"
            "Backends\n"
            "  able       runs here\n"
            "             offers echo, file_copy; able 1.0\n"
            "  unable     does not\n"
            "             cannot run here: it is refused\n"
            "             mend: allow it\n");
}

TEST(List, SaysWhereOnlyCopyingFilesCannotRun) {
  EXPECT_THAT(list_text(copies_nowhere, scenarios),
              ::testing::HasSubstr("file_copy cannot run here: no ring\n"
                                   "             mend: allow it"));
  const Json row = list_json(copies_nowhere, scenarios).at("backends").at(0);
  EXPECT_EQ(row.at("available"), true);
  EXPECT_EQ(row.at("file_copy_obstacle"), (Json{{"reason", "no ring"}, {"mend", "allow it"}}));
}

TEST(List, HasAJsonForm) {
  const Json list = list_json(backends, scenarios);
  EXPECT_EQ(list.at("schema"), "ringside.list/1");
  EXPECT_EQ(list.at("scenarios").size(), 3u);
  const Json& able = list.at("backends").at(0);
  EXPECT_EQ(able.at("available"), true);
  EXPECT_EQ(able.at("version"), "able 1.0");
  EXPECT_TRUE(able.at("reason").is_null());
  EXPECT_EQ(able.at("offers"), (Json{{"echo", true}, {"file_copy", true}, {"other", false}}));
  EXPECT_FALSE(able.contains("file_copy_obstacle")) << "no cell of it needs more than its backend";
  const Json& unable = list.at("backends").at(1);
  EXPECT_EQ(unable.at("available"), false);
  EXPECT_TRUE(unable.at("version").is_null());
  EXPECT_EQ(unable.at("reason"), "it is refused");
  EXPECT_EQ(unable.at("mend"), "allow it");
}

}  // namespace
}  // namespace ringside
