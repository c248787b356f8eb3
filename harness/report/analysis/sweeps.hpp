// What a run says when one parameter moves and all others stay.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "harness/report/analysis/comparison.hpp"

namespace ringside {

struct Group;

/// Between two values of a sweep the order of two backends turns round.
struct Crossover {
  Metric metric = Metric::throughput;
  std::string a;  ///< the backend that is better at the higher value …
  std::string b;  ///< … and the one that is better at the lower
  /// The groups at both ends: neighbours, but for values between them at which the two could not be
  /// told apart.
  std::size_t low_group = 0;
  std::size_t high_group = 0;
  Oriented at_low;  ///< figure of `a` over figure of `b`, significant at both ends
  Oriented at_high;
  std::string sentence;  ///< "io_uring overtakes epoll in throughput between 32 and 64 connections"
  std::string details;   ///< the sentence, with the scenario, the ratios and their intervals
};

/// Whether the parameter is the same as another one unless the user asks for something else, and is
/// so here: a quorum that is the whole fan-out.
bool only_follows(const Group& group, const std::string& name);

/// The groups of one scenario in which only one parameter differs.
struct Sweep {
  std::string scenario;
  std::string parameter;
  Json fixed;                       ///< the other parameters
  std::vector<std::size_t> groups;  ///< by the parameter's value; as they were run when no numbers
  std::vector<Crossover> crossovers;
};

/// Every sweep of a run. A pure function. Crossovers are looked for where the parameter is a
/// number, and in throughput only where the load generator limited neither end.
std::vector<Sweep> find_sweeps(std::span<const Group> groups);

}  // namespace ringside
