#include "harness/report/gate/looks.hpp"

#include <algorithm>

namespace ringside {

namespace {

constexpr Look schedule[] = {
    {4, 0.02, 0.20},  {6, 0.05, 0.20},  {9, 0.08, 0.15},  {13, 0.10, 0.10},  {20, 0.15, 0.10},
    {30, 0.15, 0.10}, {45, 0.15, 0.05}, {70, 0.15, 0.05}, {100, 0.15, 0.05},
};

}  // namespace

std::span<const Look> looks() {
  return schedule;
}

std::optional<Look> look_after(int rounds) {
  const auto found = std::ranges::find(schedule, rounds, &Look::rounds);
  return found == std::ranges::end(schedule) ? std::nullopt : std::optional(*found);
}

Look last_look(int rounds) {
  Look last{.rounds = rounds};
  for (const Look& look : schedule) {
    if (look.rounds < rounds) continue;
    last.alarm_share += look.alarm_share;
    last.pass_share += look.pass_share;
  }
  return last;
}

}  // namespace ringside
