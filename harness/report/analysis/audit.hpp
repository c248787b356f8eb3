// Slices held against whole windows of the same processes in the same rounds.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringside {

struct RowTrials;

enum class Equivalence {
  equivalent,  ///< surely within the margin
  different,   ///< surely outside
  undecided,
};

std::string_view to_string(Equivalence equivalence) noexcept;

/// One figure of a row from its slices over the same from its whole windows. Two one-sided tests at
/// 5 % (Schuirmann, "A comparison of the two one-sided tests procedure …", 1987): equivalent when
/// the 90 % interval lies within the margin.
struct AuditedFigure {
  std::string_view name;  ///< "throughput", "CPU", "p50", "p90", "p99", "p99.9"
  double margin = 0;      ///< 0.05: the two may differ by a factor of 1.05 either way
  std::size_t rounds = 0;
  std::optional<double> ratio{};  ///< slices over windows, the geometric mean over rounds
  std::optional<double> low{};    ///< of the 90 % interval; none below 4 rounds
  std::optional<double> high{};
  Equivalence verdict = Equivalence::undecided;
};

struct AuditOfRow {
  std::size_t windows = 0;  ///< of all rounds
  std::vector<AuditedFigure> figures{};
};

/// Empty where no whole window was measured beside slices. "p90", "p99" and "p99.9" are there to
/// show why slices are not asked for them; no verdict of a run rests on them.
AuditOfRow audit_of(const RowTrials& trials);

/// Whether a figure of slices is shown, and so has to agree.
bool is_shown(const AuditedFigure& figure) noexcept;

}  // namespace ringside
