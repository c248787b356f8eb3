// Names the user typed: finding what is meant, and saying so when nothing is.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ringside {

/// The candidate with the smallest Levenshtein distance to `name`; empty when none is near (more
/// than a third of the letters differ) or there are no candidates.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);

/// An Error that says that `name` is no `kind` ("backend"), the nearest right name and all others.
Error unknown_name(std::string_view kind, std::string_view name,
                   const std::vector<std::string_view>& candidates);

/// The names of all entries of `table`, in its order.
template <typename Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

/// The entry of `table` with that name. Throws unknown_name.
template <typename Table>
const auto& find_named(std::string_view kind, std::string_view name, const Table& table) {
  const auto found = std::ranges::find_if(table, [&](const auto& row) { return row.name == name; });
  if (found != std::ranges::end(table)) return *found;
  throw unknown_name(kind, name, names_of(table));
}

}  // namespace ringside
