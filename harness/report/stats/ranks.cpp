#include "harness/report/stats/ranks.hpp"

#include <cassert>

namespace ringside {

std::vector<int> ranks(std::size_t count, std::span<const Win> wins) {
  std::vector<int> result(count, 1);
  for (const Win& win : wins) {
    assert(win.winner < count && win.loser < count);
    ++result[win.loser];
  }
  return result;
}

}  // namespace ringside
