#include "base/random_order.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <gmock/gmock.h>

namespace ringside {
namespace {

using ::testing::ElementsAre;

TEST(RandomOrder, IsAPermutationThatVaries) {
  std::set<std::vector<std::uint32_t>> seen;
  for (std::uint32_t draw = 0; draw < 50; ++draw) {
    auto order = random_order(7, draw, 8);
    EXPECT_EQ(order, random_order(7, draw, 8));
    seen.insert(order);
    std::ranges::sort(order);
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  }
  EXPECT_GT(seen.size(), 40u);
}

TEST(RandomOrder, GivesEveryPlaceToEveryNumberAlike) {
  constexpr std::uint32_t draws = 4000;
  std::array<std::array<int, 4>, 4> counts{};
  for (std::uint32_t draw = 0; draw < draws; ++draw) {
    const auto order = random_order(1, draw, 4);
    for (std::size_t place = 0; place < 4; ++place) ++counts[order[place]][place];
  }
  // Binomial with n = 4000, p = 1/4: the standard deviation is 27, and 200 is far beyond 6 of it.
  for (const auto& of_number : counts) {
    for (const int count : of_number) EXPECT_NEAR(count, 1000, 200);
  }
}

}  // namespace
}  // namespace ringside
