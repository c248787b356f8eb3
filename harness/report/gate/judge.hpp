// What the gate decides, look by look. Pure functions of figures.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/report/gate/looks.hpp"
#include "harness/report/stats/estimate.hpp"

namespace ringside {

/// The chance of one false "regression" over all looks and comparisons of a gate, and, apart from
/// it, of one false "unstable".
inline constexpr double false_alarm_chance = 0.01;

/// The chance that one comparison passes with a slowdown as large as the margin.
inline constexpr double false_pass_chance = 0.05;

enum class Answer {
  inconclusive,
  pass,        ///< the slowdown is surely below the margin
  regression,  ///< the slowdown is surely above the margin
  unstable,    ///< the same build against itself differs: no difference on this machine means much
};

/// "pass", "regression" and so on.
std::string_view to_string(Answer answer) noexcept;

/// What has been measured of one comparison. Above 0 the head, or the second copy of the base, is
/// the slower one.
struct Evidence {
  Estimate slowdown;
  Estimate control;
};

/// What is said of one comparison. Logs of ratios, like the estimates.
struct Judgement {
  Answer answer = Answer::inconclusive;
  std::optional<double> low{};   ///< at the corrected level of the last look; above the margin
                                 ///< exactly when the answer is regression
  std::optional<double> high{};  ///< below the margin exactly when it is pass
};

/// The answers of one gate, which looks at its comparisons again and again until each is decided.
class Judge {
 public:
  /// `margin` is a log ratio: how much slower the head may be.
  Judge(std::size_t comparisons, double margin) : margin_(margin), judgements_(comparisons) {}

  /// Looks at every comparison that is not decided; `evidence` has an entry for each of all
  /// comparisons. Holm's correction is over all that have not been called a regression before.
  void look(std::span<const Evidence> evidence, const Look& look);

  bool decided(std::size_t comparison) const {
    return judgements_[comparison].answer != Answer::inconclusive;
  }
  const std::vector<Judgement>& judgements() const noexcept { return judgements_; }

 private:
  void find_regressions(std::span<const Evidence> evidence, std::span<const std::size_t> open,
                        double chance);
  void find_passes(std::span<const Evidence> evidence, std::span<const std::size_t> open,
                   double chance);
  void find_unstable(std::span<const Evidence> evidence, std::span<const std::size_t> open,
                     double chance);

  double margin_;
  std::vector<Judgement> judgements_;
};

/// The slowdown, as a log ratio, that gates with `rounds` rounds call a regression 4 times in 5 at
/// least, given how much the `used` rounds of `slowdown` differ. None when no spread can be told.
std::optional<double> smallest_visible_slowdown(const Estimate& slowdown, int used, int rounds,
                                                std::size_t comparisons, double margin);

}  // namespace ringside
