// A random order that a seed decides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringside {

/// A permutation of 0 … count-1 that depends on nothing but the arguments, with any compiler.
/// `draw` tells the orders of one seed apart.
std::vector<std::uint32_t> random_order(std::uint64_t seed, std::uint32_t draw, std::size_t count);

}  // namespace ringside
