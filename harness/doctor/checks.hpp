// What on a machine spoils or limits results, and what to do about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringside {

struct Health;

enum class Level {
  ok,
  note,     ///< to be kept in mind when reading results
  warning,  ///< widens intervals, or leaves something out
  problem,  ///< results will mislead
};

std::string_view to_string(Level level) noexcept;

/// The outcome of one check.
struct Diagnosis {
  std::string name;
  Level level = Level::ok;
  std::string finding;  ///< what is so, without a full stop
  std::string mend;     ///< what would be better and how; empty when there is nothing to do
};

/// Every check on `health`, in the order in which they are shown. Checks whose subject does not
/// exist on this machine are left out. Pure.
std::vector<Diagnosis> examine(const Health& health);

/// One sentence over all findings.
std::string verdict(const std::vector<Diagnosis>& findings);

/// One check. Nothing when its subject does not exist on this machine.
using Check = std::optional<Diagnosis> (*)(const Health& health);

/// The checks by subject; examine() runs them all.
std::vector<Check> cpu_checks();
std::vector<Check> system_checks();
std::vector<Check> limit_checks();

}  // namespace ringside
