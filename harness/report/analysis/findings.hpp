// The sentences a reader should take away.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace ringside {

struct Finding;
struct Group;
struct Measurement;
struct Sweep;

/// What the groups say, what matters most first: the control's word on the machine, noise,
/// crossovers, then each group in turn. Never names a winner that the intervals do not give.
std::vector<Finding> find_what_matters(std::span<const Group> groups, std::span<const Sweep> sweeps,
                                       std::span<const Measurement> trials);

/// The parameters in which `groups[index]` differs from others of its scenario, for example
/// "connections 64"; empty when there is nothing to tell it from.
std::string varied_params(std::span<const Group> groups, std::size_t index);

/// The same, behind the scenario where there are several.
std::string distinguish(std::span<const Group> groups, std::size_t index);

}  // namespace ringside
