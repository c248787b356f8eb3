// What a cell of the throw-away scenario is given: numbers to add up.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace ringside::test {

/// The cell asks for work until there is none, and hands over each sum. Everything here outlives
/// the cell's call.
struct SummingTask {
  static constexpr std::string_view scenario = "summing";

  std::uint64_t numbers = 0;                      ///< 1 to `numbers` are to be added up
  std::function<bool()> next{};                   ///< waits for work; false: return
  std::function<void(std::uint64_t sum)> done{};  ///< to be called once for each `next`
};

}  // namespace ringside::test
