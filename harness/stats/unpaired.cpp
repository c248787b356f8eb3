#include "harness/stats/unpaired.hpp"

#include <cassert>
#include <cmath>

namespace ringside {

Estimate estimate_unpaired(std::span<const double> base, std::span<const double> head) {
  assert(!base.empty() && !head.empty());
  Estimate estimate;
  estimate.log_ratio = mean(head) - mean(base);
  if (base.size() < 2 || head.size() < 2) {
    estimate.reason = "one round cannot tell how much rounds differ";
    return estimate;
  }
  const double base_part = variance_of_mean(base);
  const double head_part = variance_of_mean(head);
  const double whole = base_part + head_part;
  const auto freedom = [](std::span<const double> values) {
    return static_cast<double>(values.size() - 1);
  };
  // Satterthwaite's degrees of freedom; those of the larger side where neither has any spread.
  const double share = base_part / whole;
  const double degrees =
      whole > 0 ? 1 / (share * share / freedom(base) + (1 - share) * (1 - share) / freedom(head))
                : std::fmax(freedom(base), freedom(head));
  set_standard_error(estimate, std::sqrt(whole), degrees);
  return estimate;
}

}  // namespace ringside
