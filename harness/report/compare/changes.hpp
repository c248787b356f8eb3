// What changed between two runs, in sentences that say no more than the intervals do.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "harness/report/render/page.hpp"

namespace ringside {

struct ComparedRow;
struct RunComparison;

/// How many figures were compared, and what came of it.
struct VerdictCount {
  std::size_t told = 0;  ///< that have a verdict at all
  std::size_t better = 0;
  std::size_t worse = 0;
  std::size_t unknown = 0;

  void add(const ComparedRow& row);
  std::string sentence() const;
};

/// The parameters in which the compared rows of a scenario differ.
std::set<std::string> varied_params(const RunComparison& comparison, const std::string& scenario);

/// A sentence for each set of parameters that only one of the two has, naming its backends.
/// Printable.
std::vector<std::string> unmatched_rows(const RunComparison& comparison);

/// What matters most first: whether data came back wrong, how many figures changed, which of them
/// most, what could have been seen, and what could not be compared. Printable.
std::vector<Sentence> what_changed(const RunComparison& comparison);

}  // namespace ringside
