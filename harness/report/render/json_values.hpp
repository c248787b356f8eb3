// Figures and texts as summary.json holds them.
#pragma once

#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <type_traits>

#include <fmt/format.h>

#include "base/json.hpp"

namespace ringside {

/// Nine digits: more than was measured, and the same on every machine that computes it. JSON has no
/// infinity, so what is not finite is null.
inline Json number(double value) {
  if (!std::isfinite(value)) return {};
  return std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr);
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  if (!value) return {};
  if constexpr (std::is_floating_point_v<T>)
    return number(*value);
  else
    return *value;
}

inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

}  // namespace ringside
