// Figures as people read them: scaled, with three or four significant digits.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/measurement.hpp"

namespace ringside {

/// One scale of a family of units: 1 µs is 1000 of the base unit.
struct Unit {
  double size = 1;  ///< in the base unit
  std::string_view name;
};

inline constexpr Unit time_units[] = {{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}};
inline constexpr Unit count_units[] = {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}};
inline constexpr Unit byte_units[] = {
    {1, "B"}, {1024, "KiB"}, {1024.0 * 1024, "MiB"}, {1024.0 * 1024 * 1024, "GiB"}};

/// The unit in which most of `values` (in the base unit) read well: one for a whole column, so that
/// its figures can be compared at a glance.
Unit unit_for(std::vector<double> values, std::span<const Unit> units);

/// The decimals that show `value` with so many significant digits; at most four.
int decimals_for(double value, int digits);

/// `value` with so many significant digits, no exponent, at most four decimals.
std::string significant(double value, int digits);

/// A ratio with three decimals, or as many digits where it is far from 1.
std::string ratio_text(double ratio);

/// A ratio as a difference: "+5.2 %", and "3.1 times" from 2 on and "0.4 times" below a half.
std::string as_difference(double ratio);

/// "payload 128 B": a parameter's name without its unit, and its value with it.
std::string describe_param(const std::string& name, const Json& value);

/// "echo · connections 64 · …": the scenario with all its parameters. Printable.
std::string describe_work(const std::string& scenario, const Json& params);

}  // namespace ringside
