// What the user said, as a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/load/io_choice.hpp"
#include "scenarios/parameters.hpp"

namespace ringside {

/// How the load moves between the backends of a round.
enum class Interleave {
  slice,  ///< all alive at once, the load moves every few milliseconds
  trial,  ///< one alive at a time, for one whole window
};

/// The options of `ringside run`. The defaults are those of the standard profile.
struct Options {
  std::vector<std::string> scenarios;  ///< empty: all of them, as far as backends offer them
  std::vector<std::string> backends;   ///< empty: all of them
  std::string baseline = "epoll";      ///< the first backend named, when this one is not compared
  bool control = true;                 ///< compare a second copy of the baseline as well

  GivenParameters parameters;  ///< of the scenarios

  Interleave interleave = Interleave::slice;
  int rounds = 10;                             ///< with fresh processes each
  int cycles = 12;                             ///< slices of each backend in a round
  std::chrono::nanoseconds slice{20'000'000};  ///< measured part of a slice
  /// In each slice, at least. 40 ms after a connection that had rested is used again, its timer for
  /// delayed acknowledgements expires (TCP_DELACK_MIN), on both ends and only once: all of them
  /// together stop the work for some tenths of a millisecond, which a server that is kept busy
  /// never sees.
  std::chrono::nanoseconds warmup{50'000'000};
  std::chrono::nanoseconds duration{1'000'000'000};  ///< of a whole window (Interleave::trial)
  /// The lengths above are the user's, and are kept to even where the laws are broken so. Otherwise
  /// they are the least there are, and follow from the work.
  bool exact_slices = false;
  bool exact_duration = false;
  bool exact_cycles = false;  ///< likewise: longer slices are then no fewer
  /// Slices need not show what whole windows would: two builds of one cell are compared, and what
  /// the begin of a slice does to them is the same for both. Short ones follow the machine closer.
  bool brief_slices = false;
  bool audit = true;  ///< hold whole windows against slices
  std::uint64_t seed = 1;

  std::optional<std::string> backend_cpus;  ///< a CPU list such as "0-3,5"
  std::optional<std::string> load_cpus;
  LoadIo load_io = LoadIo::epoll;
};

}  // namespace ringside
