#include <array>

#include "scenarios/echo/scenario.hpp"
#include "scenarios/fan_out/scenario.hpp"
#include "scenarios/file_copy/scenario.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

std::span<const Scenario> scenarios() {
  static const auto table = std::to_array<Scenario>({
      echo_scenario,
      file_copy_scenario,
      fan_out_scenario,
  });
  return table;
}

}  // namespace ringside
