// Places in a comparison in which not everybody can be told apart.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ringside {

/// "`winner` is significantly better than `loser`", both counted from 0.
struct Win {
  std::size_t winner = 0;
  std::size_t loser = 0;
};

/// rank(i) = 1 + how many are significantly better than i. Those that nobody beats share rank 1; a
/// shared rank does not mean equal, only not told apart.
std::vector<int> ranks(std::size_t count, std::span<const Win> wins);

}  // namespace ringside
