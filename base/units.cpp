#include "base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t kilo = 1000;

// In the order in which format_bytes prefers them.
constexpr auto byte_units = std::to_array<Unit>({
    {"GiB", kibi* kibi* kibi},
    {"MiB", kibi* kibi},
    {"KiB", kibi},
    {"GB", kilo* kilo* kilo},
    {"MB", kilo* kilo},
    {"kB", kilo},
    {"B", 1},
    {"", 1},
    {"k", kilo},
    {"M", kilo* kilo},
    {"G", kilo* kilo* kilo},
});

constexpr auto time_units = std::to_array<Unit>({
    {"min", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
});

template <std::size_t Size>
std::uint64_t parse(std::string_view text, const std::array<Unit, Size>& units,
                    std::string_view kind, std::string_view mend) {
  const auto fail = [&](std::string_view why) {
    return Error(fmt::format("'{}' is not a {}: {}", text, kind, why), std::string(mend));
  };
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [after, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || !std::isfinite(number))
    throw fail("it does not start with a number");
  if (number < 0) throw fail("it is negative");
  std::string_view suffix(after, static_cast<std::size_t>(end - after));
  while (suffix.starts_with(' ')) suffix.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.name != suffix) continue;
    const double value = number * static_cast<double>(unit.size);
    if (value > 1e18) throw fail("it is too large");
    if (value != std::floor(value)) throw fail("it is not a whole number of the smallest unit");
    return static_cast<std::uint64_t>(value);
  }
  if (suffix.starts_with(',')) throw fail("a decimal is written with a point");
  throw fail(suffix.empty() ? "the unit is missing" : fmt::format("there is no unit '{}'", suffix));
}

}  // namespace

std::uint64_t parse_bytes(std::string_view text) {
  return parse(text, byte_units, "size",
               "write bytes as 128, with KiB, MiB, GiB (1024) or with kB, MB, GB (1000)");
}

std::chrono::nanoseconds parse_duration(std::string_view text) {
  const std::uint64_t count =
      parse(text, time_units, "duration", "write it with ns, us, ms, s or min, for example 20ms");
  return std::chrono::nanoseconds(count);
}

double parse_percent(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [after, failure] = std::from_chars(text.data(), end, number);
  const std::string_view suffix(after, static_cast<std::size_t>(end - after));
  const bool right = failure == std::errc() && number >= 0 && number <= 100 &&
                     (suffix == "%" || suffix == " %" || (suffix.empty() && number == 0));
  if (!right) {
    throw Error(fmt::format("'{}' is not a share", text), "write one from 0% to 100%, as in 3%");
  }
  return number / 100;
}

std::string format_bytes(std::uint64_t bytes) {
  for (const Unit& unit : byte_units) {
    if (bytes >= unit.size && bytes % unit.size == 0) {
      return fmt::format("{} {}", bytes / unit.size, unit.name);
    }
  }
  return "0 B";
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const auto count = static_cast<double>(duration.count());
  for (const Unit& unit : time_units) {
    if (unit.name == "min" || count < static_cast<double>(unit.size)) continue;
    std::string text = fmt::format("{:.3f}", count / static_cast<double>(unit.size));
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return fmt::format("{} {}", text, unit.name);
  }
  return "0 s";
}

}  // namespace ringside
