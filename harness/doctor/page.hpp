// How doctor's findings are shown.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "harness/doctor/checks.hpp"

namespace ringside {

struct PageStyle {
  bool colour = false;       ///< terminal escape sequences
  std::size_t columns = 80;  ///< where lines are broken, if the words allow it
};

/// An aligned list with the verdict at its end. What programs call themselves may be in a finding:
/// control characters come out as "?".
std::string to_text(const std::vector<Diagnosis>& findings, const PageStyle& style);

/// "ringside.doctor/1": the verdict, and each check with name, level, finding and mend (or null).
Json to_json(const std::vector<Diagnosis>& findings);

}  // namespace ringside
