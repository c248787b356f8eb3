#include "scenarios/fan_out/delay.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/units.hpp"
#include "scenarios/fan_out/mix.hpp"

namespace ringside {

namespace {

using Kind = LeafDelay::Kind;
using std::chrono::nanoseconds;

// Far above any service time worth modelling, and short enough that a stuck backend shows.
constexpr std::chrono::seconds delay_limit{1};

// The greatest -ln(1 - u) of a u with 53 random bits: 53 ln 2.
constexpr double longest_exponential = 36.7368;

struct Form {
  std::string_view name;
  Kind kind;
  std::size_t values;
  std::string_view example;
};

constexpr auto forms = std::to_array<Form>({
    {"none", Kind::none, 0, "none"},
    {"fixed", Kind::fixed, 1, "fixed:1ms"},
    {"exp", Kind::exponential, 1, "exp:1ms"},
    {"bimodal", Kind::bimodal, 3, "bimodal:100us,10ms,1%"},
});

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

nanoseconds parse_delay(std::string_view text) {
  const nanoseconds delay = parse_duration(text);
  if (delay > delay_limit) {
    throw Error(
        fmt::format("--leaf-delay: {} is longer than {}", text, format_duration(delay_limit)),
        "use a shorter delay");
  }
  return delay;
}

double parse_percent(std::string_view text) {
  double percent = -1;
  const char* const end = text.data() + text.size();
  const auto [after, failure] = std::from_chars(text.data(), end, percent);
  if (failure != std::errc() || after + 1 != end || *after != '%' ||
      !(percent >= 0 && percent <= 100)) {
    throw Error(fmt::format("--leaf-delay: '{}' is not a share of slow replies", text),
                "write it as a percentage from 0% to 100%, for example 1%");
  }
  return percent;
}

LeafDelay parse_one(const Form& form, std::span<const std::string_view> values) {
  if (values.size() != form.values) {
    throw Error(fmt::format("--leaf-delay {} takes {} value{}, not {}", form.name, form.values,
                            form.values == 1 ? "" : "s", values.size()),
                fmt::format("write it as {}", form.example));
  }
  LeafDelay delay{.kind = form.kind};
  if (!values.empty()) delay.usual = parse_delay(values[0]);
  if (form.kind == Kind::bimodal) {
    delay.slow = parse_delay(values[1]);
    delay.slow_percent = parse_percent(values[2]);
  }
  return delay;
}

std::string exact(nanoseconds duration) {
  const auto count = duration.count();
  if (count % 1'000'000'000 == 0) return fmt::format("{}s", count / 1'000'000'000);
  if (count % 1'000'000 == 0) return fmt::format("{}ms", count / 1'000'000);
  if (count % 1'000 == 0) return fmt::format("{}us", count / 1'000);
  return fmt::format("{}ns", count);
}

}  // namespace

std::vector<LeafDelay> parse_leaf_delays(std::string_view text) {
  // Values begin with a digit and names with a letter: so the comma can separate both.
  const std::vector<std::string_view> parts = split(text);
  std::vector<LeafDelay> delays;
  for (std::size_t at = 0; at < parts.size();) {
    const std::size_t colon = parts[at].find(':');
    const Form& form = find_named("leaf delay", parts[at].substr(0, colon), forms);
    std::vector<std::string_view> values;
    if (colon != std::string_view::npos) values.push_back(parts[at].substr(colon + 1));
    ++at;
    const auto is_value = [&] {
      return at < parts.size() && !parts[at].empty() && parts[at].front() >= '0' &&
             parts[at].front() <= '9';
    };
    for (; is_value(); ++at) values.push_back(parts[at]);
    delays.push_back(parse_one(form, values));
  }
  return delays;
}

std::string to_string(const LeafDelay& delay) {
  switch (delay.kind) {
    case Kind::none:
      return "none";
    case Kind::fixed:
      return "fixed:" + exact(delay.usual);
    case Kind::exponential:
      return "exp:" + exact(delay.usual);
    case Kind::bimodal:
      break;
  }
  return fmt::format("bimodal:{},{},{}%", exact(delay.usual), exact(delay.slow),
                     delay.slow_percent);
}

nanoseconds draw(const LeafDelay& delay, std::uint64_t seed, std::uint64_t request_id,
                 std::size_t leaf) noexcept {
  if (delay.kind == Kind::none) return nanoseconds(0);
  if (delay.kind == Kind::fixed) return delay.usual;
  const double uniform =
      static_cast<double>(mix(mix(mix(seed) ^ request_id) ^ leaf) >> 11) * 0x1p-53;
  if (delay.kind == Kind::bimodal) {
    return uniform * 100 < delay.slow_percent ? delay.slow : delay.usual;
  }
  return nanoseconds(
      std::llround(-std::log1p(-uniform) * static_cast<double>(delay.usual.count())));
}

nanoseconds longest(const LeafDelay& delay) noexcept {
  if (delay.kind != Kind::exponential) return std::max(delay.usual, delay.slow);
  return nanoseconds(std::llround(longest_exponential * static_cast<double>(delay.usual.count())) +
                     1);
}

nanoseconds customary_longest(const LeafDelay& delay) noexcept {
  // 1 - exp(-5) is 99.3 %.
  return delay.kind == Kind::exponential ? delay.usual * 5 : longest(delay);
}

}  // namespace ringside
