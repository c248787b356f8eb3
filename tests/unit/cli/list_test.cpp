#include "harness/cli/list.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/backend.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {
namespace {

constexpr std::array<Backend, 2> backends{{
    {.name = "able",
     .summary = "runs here",
     .version = [] { return std::string("able 1.0"); },
     .available = [] { return Availability{}; },
     .echo = [](const EchoTask&) {}},
    {.name = "unable",
     .summary = "does not",
     .version = [] { return std::string(); },
     .available =
         [] { return Availability{.yes = false, .reason = "it is refused", .mend = "allow it"}; }},
}};

constexpr std::array<Backend, 1> copies_nowhere{{
    {.name = "able",
     .summary = "runs here",
     .version = [] { return std::string("able 1.0"); },
     .available = [] { return Availability{}; },
     .file_copy_available =
         [] { return Availability{.yes = false, .reason = "no ring", .mend = "allow it"}; }},
}};

constexpr std::array<Scenario, 2> scenarios{{
    {.name = "echo",
     .summary = "returns every byte",
     .offered = [](const Backend& backend) { return backend.echo != nullptr; }},
    {.name = "other", .summary = "something else", .offered = [](const Backend&) { return false; }},
}};

TEST(List, IsAligned) {
  EXPECT_EQ(list_text(backends, scenarios),
            "Scenarios\n"
            "  echo    returns every byte\n"
            "  other   something else\n"
            "\n"
            "Backends\n"
            "  able    runs here\n"
            "          offers echo; able 1.0\n"
            "  unable  does not\n"
            "          cannot run here: it is refused\n"
            "          mend: allow it\n");
}

TEST(List, SaysWhereOnlyCopyingFilesCannotRun) {
  EXPECT_THAT(list_text(copies_nowhere, scenarios),
              ::testing::HasSubstr("file_copy cannot run here: no ring\n"
                                   "         mend: allow it"));
  const Json row = list_json(copies_nowhere, scenarios).at("backends").at(0);
  EXPECT_EQ(row.at("available"), true);
  EXPECT_EQ(row.at("file_copy_obstacle"), (Json{{"reason", "no ring"}, {"mend", "allow it"}}));
}

TEST(List, HasAJsonForm) {
  const Json list = list_json(backends, scenarios);
  EXPECT_EQ(list.at("schema"), "ringside.list/1");
  EXPECT_EQ(list.at("scenarios").size(), 2u);
  const Json& able = list.at("backends").at(0);
  EXPECT_EQ(able.at("available"), true);
  EXPECT_EQ(able.at("version"), "able 1.0");
  EXPECT_TRUE(able.at("reason").is_null());
  EXPECT_EQ(able.at("offers"), (Json{{"echo", true}, {"other", false}}));
  EXPECT_TRUE(able.at("file_copy_obstacle").is_null());
  const Json& unable = list.at("backends").at(1);
  EXPECT_EQ(unable.at("available"), false);
  EXPECT_TRUE(unable.at("version").is_null());
  EXPECT_EQ(unable.at("reason"), "it is refused");
  EXPECT_EQ(unable.at("mend"), "allow it");
}

}  // namespace
}  // namespace ringside
