#include "harness/report/stats/unpaired.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ringside {

Estimate estimate_unpaired(const Sample& base, const Sample& head) {
  assert(!base.logs.empty() && !head.logs.empty());
  Estimate estimate;
  estimate.log_ratio = mean(head.logs) - mean(base.logs);
  if (base.logs.size() < 2 || head.logs.size() < 2) {
    estimate.reason = "one round cannot tell how much rounds differ";
    return estimate;
  }
  const double base_part = variance_of_mean(base.logs);
  const double head_part = variance_of_mean(head.logs);
  const double whole =
      base_part + head_part + variance_of_reading(base.step) + variance_of_reading(head.step);
  const auto freedom = [](const Sample& side) { return static_cast<double>(side.logs.size() - 1); };
  // Satterthwaite's degrees of freedom. The steps are known and take none, but cannot give more
  // than all rounds together have.
  const double uncertain =
      base_part * base_part / freedom(base) + head_part * head_part / freedom(head);
  const double most = freedom(base) + freedom(head);
  const double degrees = uncertain > 0 ? std::min(most, whole * whole / uncertain) : most;
  set_standard_error(estimate, std::sqrt(whole), degrees);
  return estimate;
}

}  // namespace ringside
