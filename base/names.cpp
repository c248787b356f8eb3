#include "base/names.hpp"

#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ringside {

namespace {

std::size_t levenshtein(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  const auto distance = [&](std::string_view candidate) { return levenshtein(name, candidate); };
  const auto best = std::ranges::min_element(candidates, {}, distance);
  if (best == candidates.end()) return {};
  return distance(*best) * 3 <= std::max(best->size(), name.size()) ? *best : std::string_view();
}

Error unknown_name(std::string_view kind, std::string_view name,
                   const std::vector<std::string_view>& candidates) {
  const std::string_view close = nearest(name, candidates);
  const std::string mend = fmt::format(
      "{}the {}s are: {}", close.empty() ? "" : fmt::format("did you mean '{}'? ", close), kind,
      fmt::join(candidates, ", "));
  return Error(fmt::format("there is no {} '{}'", kind, name), mend);
}

}  // namespace ringside
