// Honest figures: a value, or why there is none.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace ringside {

/// A figure, or the reason why there is none. In JSON the figure is then null, never 0.
template <typename T>
struct Measured {
  std::optional<T> value;
  std::string reason = "not measured";  ///< only of meaning without a value

  Measured() = default;
  Measured(T measured) : value(std::move(measured)) {}  // NOLINT(google-explicit-constructor)
  static Measured unknown(std::string why) {
    Measured result;
    result.reason = std::move(why);
    return result;
  }

  explicit operator bool() const noexcept { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
};

}  // namespace ringside
