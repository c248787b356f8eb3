#include "harness/report/analysis/units.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace ringside {

namespace {

std::string scaled(double value, std::span<const Unit> units) {
  const Unit unit = unit_for({value}, units);
  return fmt::format("{:.4g} {}", value / unit.size, unit.name);
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Unit unit_for(std::vector<double> values, std::span<const Unit> units) {
  std::erase_if(values, [](double value) { return !(value > 0); });
  if (values.empty()) return units.front();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  Unit best = units.front();
  for (const Unit& unit : units) {
    if (*middle >= unit.size) best = unit;
  }
  return best;
}

int decimals_for(double value, int digits) {
  constexpr int most = 4;
  if (value == 0 || !std::isfinite(value)) return 0;
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return std::clamp(digits - 1 - magnitude, 0, most);
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return "∞";
  return fmt::format("{:.{}f}", value, decimals_for(value, digits));
}

std::string ratio_text(double ratio) {
  // The ends of an interval over two or three rounds can be of any size: their digits say nothing.
  if (ratio > 1000) return ">1000";
  if (ratio < 0.001) return "<0.001";
  return ratio >= 0.1 && ratio < 10 ? fmt::format("{:.3f}", ratio) : significant(ratio, 3);
}

std::string as_difference(double ratio) {
  if (ratio > 1000 || ratio < 0.001) return ratio_text(ratio) + " times";
  if (ratio >= 2 || ratio <= 0.5) return significant(ratio, 2) + " times";
  const double percent = (ratio - 1) * 100;
  const bool tiny = percent != 0 && std::abs(percent) < 0.05;  // would be no difference at all
  return fmt::format("{:+.{}f} %", percent, tiny ? 3 : 1);
}

std::string describe_param(const std::string& name, const Json& value) {
  const auto suffixed = [&](std::string_view suffix) {
    return value.is_number() && name.size() > suffix.size() && name.ends_with(suffix);
  };
  const auto stem = [&](std::string_view suffix) {
    return name.substr(0, name.size() - suffix.size());
  };
  if (suffixed("_bytes")) return stem("_bytes") + " " + scaled(value.get<double>(), byte_units);
  if (suffixed("_ns")) return stem("_ns") + " " + scaled(value.get<double>(), time_units);
  return name + " " + plain(value);
}

std::string describe_work(const std::string& scenario, const Json& params) {
  std::string text = scenario;
  for (const auto& [name, value] : params.items()) {
    if (!value.is_null()) text += " · " + describe_param(name, value);
  }
  return printable(text);
}

}  // namespace ringside
