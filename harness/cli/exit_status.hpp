// What the exit status of ringside means.
#pragma once

namespace ringside {

inline constexpr int exit_done = 0;
inline constexpr int exit_error = 1;         ///< wrong use, or something failed
inline constexpr int exit_wrong_data = 2;    ///< a backend answered with other bytes than were sent
inline constexpr int exit_inconclusive = 3;  ///< of a gate: undecided, or on an unstable machine
inline constexpr int exit_regression = 4;    ///< of a gate: the head is surely slower than allowed
inline constexpr int exit_interrupted = 130;  ///< by a signal; what was measured is kept

/// `status`, unless that is exit_done although files of the results were lost.
constexpr int unless_lost(int status, bool lost) noexcept {
  return lost && status == exit_done ? exit_error : status;
}

}  // namespace ringside
