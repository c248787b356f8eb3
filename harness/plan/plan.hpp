// The ordered list of everything that will be measured: a pure value made from Options.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/work_words.hpp"
#include "harness/plan/options.hpp"

namespace ringside {

struct Backend;
struct Scenario;

/// One backend doing one scenario with one set of parameters, in one round.
struct Trial {
  std::string backend;
  bool baseline = false;   ///< what the others are compared with
  bool control = false;    ///< a second copy of the baseline
  bool reference = false;  ///< no backend, but one of the scenario's references
  /// The words of a command that is the build whose cell runs; empty: this same executable.
  std::vector<std::string> program{};
};

/// How the load moves over the backends of a round, and for how long. Unless `exact`, lengths are
/// the least there are: they follow from the work (harness/trial/lengths.hpp).
struct Windows {
  Interleave interleave = Interleave::slice;
  int cycles = 0;
  std::chrono::nanoseconds warmup{};
  std::chrono::nanoseconds measured{};
  bool exact = false;         ///< the user has given the lengths
  bool exact_cycles = false;  ///< and the number of slices
  bool brief = false;         ///< as short as the work allows: Options::brief_slices
  /// Of the whole windows that take the place of slices where these would have to be too long, and
  /// that are held against slices.
  std::chrono::nanoseconds whole_warmup{};
  std::chrono::nanoseconds whole{};
  bool audit = false;  ///< hold a whole window of each backend against its slices
};

/// Measured part of the whole window that each round's slices are held against. Shorter than one
/// that is measured for itself: a run has one in each round.
inline constexpr std::chrono::milliseconds audit_length{250};

/// The trials that are compared with each other.
struct Round {
  int number = 0;  ///< from 1, counted for each set of parameters
  std::string scenario;
  Json params;
  WorkWords words{};  ///< for what is done
  Windows windows;
  std::vector<Trial> trials;           ///< the baseline first, its control second
  std::uint64_t seed = 0;              ///< of the order of slices and of the load
  std::vector<std::string> caveats{};  ///< what every measurement of the round must carry
  std::string impossible{};            ///< why it cannot run within the limits; empty when it can
  std::string mend{};                  ///< what to raise when it is impossible
};

struct Plan {
  std::vector<Round> rounds;
};

/// What this process may use; part of the plan because it decides what can be alive at once.
struct Limits {
  std::size_t descriptors = 1024;
};

/// Rounds are ordered so that every set of parameters has its first round before any has its
/// second: slow changes of the machine fall on all alike, and an interrupted run has something of
/// each. Where the limits do not let all backends of a round be alive at once it falls back to
/// whole windows and says so. Throws Error for unknown names and impossible combinations.
Plan make_plan(const Options& options, const Limits& limits, std::span<const Backend> backends,
               std::span<const Scenario> scenarios);

/// Time in measured windows and their warm-up: a lower bound for what a round takes.
std::chrono::nanoseconds least_time(const Round& round);

/// The plan in words, for --dry-run.
std::string describe(const Plan& plan, std::span<const Scenario> scenarios);

}  // namespace ringside
