#include "base/random_order.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace ringside {

std::vector<std::uint32_t> random_order(std::uint64_t seed, std::uint32_t draw, std::size_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::seed_seq mixed{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      draw};
  std::mt19937 random(mixed);
  // Fisher-Yates by hand: std::shuffle's result differs from library to library.
  for (std::size_t left = count; left > 1; --left) {
    std::swap(order[left - 1], order[random() % left]);
  }
  return order;
}

}  // namespace ringside
