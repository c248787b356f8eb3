// Numbers that look random and are not: the same input gives the same number, anywhere.
#pragma once

#include <cstdint>

namespace ringside {

/// A bijection of 64-bit numbers whose outputs look independent also where inputs are counters: one
/// step of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
constexpr std::uint64_t mix(std::uint64_t number) noexcept {
  number += 0x9e3779b97f4a7c15u;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
  return number ^ (number >> 31);
}

}  // namespace ringside
