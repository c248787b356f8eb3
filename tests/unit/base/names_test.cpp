#include "base/names.hpp"

#include <array>

#include <gmock/gmock.h>

namespace ringside {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string_view> backends{"epoll", "io_uring", "libevent", "coroutine"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("iouring", backends), "io_uring");
  EXPECT_EQ(nearest("epol", backends), "epoll");
  EXPECT_EQ(nearest("libevnet", backends), "libevent");
  EXPECT_EQ(nearest("coroutines", backends), "coroutine");
}

TEST(Nearest, GuessesNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("kqueue", backends), "");
  EXPECT_EQ(nearest("", backends), "");
  EXPECT_EQ(nearest("epoll", {}), "");
}

TEST(FindNamed, SaysWhatIsWrongAndWhatWouldBeRight) {
  struct Row {
    std::string_view name;
  };
  const auto table = std::to_array<Row>({{"epoll"}, {"io_uring"}});
  EXPECT_EQ(&find_named("backend", "io_uring", table), &table[1]);
  try {
    find_named("backend", "iouring", table);
    FAIL() << "no such row, and yet it was found";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("there is no backend 'iouring'"));
    EXPECT_THAT(error.mend(), HasSubstr("did you mean 'io_uring'?"));
    EXPECT_THAT(error.mend(), HasSubstr("epoll, io_uring"));
  }
}

}  // namespace
}  // namespace ringside
