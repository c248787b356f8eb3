#include <fcntl.h>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "scenarios/file_copy/params.hpp"
#include "scenarios/file_copy/scenario.hpp"

namespace ringside {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(FileCopyParams, SurvivesJson) {
  const FileCopyParams params{.set = {.files = 7, .file_bytes = 12'345},
                              .block_bytes = 8192,
                              .depth = 3,
                              .workers = 5,
                              .destination = Destination::truncate,
                              .direct = true,
                              .fsync = true,
                              .directory = "/somewhere"};
  EXPECT_EQ(file_copy_params_from_json(to_json(params)), params);
  EXPECT_EQ(file_copy_params_from_json(to_json(FileCopyParams{})), FileCopyParams{});
  EXPECT_TRUE(to_json(FileCopyParams{}).at("directory").is_null());
}

TEST(FileCopyParams, RefusesJsonThatIsSomethingElse) {
  EXPECT_THROW(file_copy_params_from_json(Json::object()), Error);
  Json wrong = to_json(FileCopyParams{});
  wrong["destination"] = "elsewhere";
  EXPECT_THROW(file_copy_params_from_json(wrong), Error);
}

TEST(FileCopyParams, ReadsSetsOfFiles) {
  EXPECT_EQ(parse_file_set("2000x64KiB"), (FileSet{2000, 65'536}));
  EXPECT_EQ(parse_file_set("1x1"), (FileSet{1, 1}));
  for (const char* text :
       {"", "x", "1", "1x", "x64KiB", "64KiB", "-1x4KiB", "2 x 4KiB", "2X4KiB"}) {
    EXPECT_THROW(parse_file_set(text), Error) << text;
  }
  EXPECT_THAT([] { parse_file_set("64KiB"); }, ThrowsMessage<Error>(HasSubstr("'64KiB'")));
}

TEST(FileCopyParams, CombinesEveryListWithEveryOther) {
  const auto all = combinations(file_copy_scenario, {.by_flag = {{"--files", {"1x10,2x20"}},
                                                                 {"--block", {"1", "2"}},
                                                                 {"--depth", {"1", "4"}},
                                                                 {"--workers", {"1", "2", "3"}},
                                                                 {"--fsync", {"true"}}}});
  ASSERT_EQ(all.size(), 24u);
  const FileCopyParams first = file_copy_params_from_json(all.front());
  const FileCopyParams last = file_copy_params_from_json(all.back());
  EXPECT_EQ(first.set, (FileSet{1, 10}));
  EXPECT_EQ(last.set, (FileSet{2, 20}));
  EXPECT_EQ(last.workers, 3u);
  EXPECT_TRUE(last.fsync);
  EXPECT_FALSE(last.direct);
  EXPECT_EQ(all.back(), to_json(last)) << "table and type have one form";
}

TEST(FileCopyParams, RefusesWhatCannotBeCopied) {
  const auto refused = [](const FileCopyParams& params, const char* says) {
    EXPECT_THAT([&] { check(params); }, ThrowsMessage<Error>(HasSubstr(says)));
  };
  EXPECT_NO_THROW(check({}));
  refused({.set = {0, 1}}, "--files is 0");
  refused({.set = {1, 0}}, "0 bytes");
  refused({.set = {1'000'000, std::uint64_t{1} << 40}}, "more than");
  refused({.set = {2'000'000, 1}}, "2000000");
  refused({.set = {1, 4096}, .block_bytes = 1000, .direct = true}, "--block with --direct");
  refused({.set = {1, 5000}, .direct = true}, "--files with --direct");
}

TEST(FileCopyParams, HasBounds) {
  const auto refused = [](const std::string& flag, const std::string& value, const char* says) {
    EXPECT_THAT(
        [&] {
          combinations(file_copy_scenario, {.by_flag = {{flag, {value}}}});
        },
        ThrowsMessage<Error>(HasSubstr(says)));
  };
  refused("--block", "0", "--block is 0 B");
  refused("--block", "2GiB", "--block is 2 GiB");
  refused("--depth", "0", "--depth is 0");
  refused("--depth", "4097", "--depth is 4097");
  refused("--depth", "many", "'many' is not a whole number");
  refused("--workers", "1025", "--workers is 1025");
  refused("--destination", "elsewhere", "elsewhere");
}

TEST(FileCopyParams, CountsBlocksOfOneFileAndFilesOfMany) {
  EXPECT_EQ(operations_in_pass({.set = {1, 8193}, .block_bytes = 4096}), 3u);
  EXPECT_EQ(operations_in_pass({.set = {1, 1}, .block_bytes = 4096}), 1u);
  EXPECT_EQ(operations_in_pass({.set = {5, 8193}, .block_bytes = 4096}), 5u);
}

TEST(FileCopyParams, NeverFollowsALink) {
  for (const auto destination :
       {Destination::in_place, Destination::fresh, Destination::truncate}) {
    const FileCopyParams params{.set = {1, 1}, .destination = destination};
    EXPECT_TRUE(destination_flags(params) & O_NOFOLLOW);
    EXPECT_EQ((destination_flags(params) & O_CREAT) != 0, destination != Destination::in_place);
  }
  EXPECT_TRUE(source_flags({}) & O_NOFOLLOW);
  EXPECT_TRUE(source_flags({.set = {1, 4096}, .direct = true}) & O_DIRECT);
}

}  // namespace
}  // namespace ringside
