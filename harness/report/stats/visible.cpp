#include "harness/report/stats/visible.hpp"

#include <array>
#include <cmath>
#include <cstdint>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/roots.hpp>

namespace ringside {

namespace {

// Above the 4 of 5 that is promised: real spreads change from one measurement to the next by more
// than chance has them change here.
constexpr double power = 0.85;

/// Equally likely values of an estimated standard error, over the true one. So many give the result
/// to within 1 %.
std::array<double, 16> likely_errors(double degrees) {
  const boost::math::chi_squared distribution(degrees);
  std::array<double, 16> errors{};
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(errors.size());
    errors[i] = std::sqrt(quantile(distribution, share) / degrees);
  }
  return errors;
}

}  // namespace

double visible_in_standard_errors(double seen_degrees, double then_degrees, double chance) {
  const double needed = quantile(complement(boost::math::students_t(then_degrees), chance));
  const auto seen = likely_errors(seen_degrees);
  const auto then = likely_errors(then_degrees);
  const auto missing_power = [&](double size) {
    double found = 0;
    for (const double said : seen) {
      for (const double has : then) {
        found += cdf(boost::math::normal(), size * said - needed * has);
      }
    }
    return found / static_cast<double>(seen.size() * then.size()) - power;
  };
  constexpr int bits = 20;
  std::uintmax_t steps = 100;
  const auto [low, high] = boost::math::tools::bracket_and_solve_root(
      missing_power, needed + 1, 2.0, true, boost::math::tools::eps_tolerance<double>(bits), steps);
  return (low + high) / 2;
}

}  // namespace ringside
