// Laws that every figure must obey, by their names. A figure that breaks one was measured wrongly,
// however tight its interval.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ringside {

struct Measurement;

/// The first three are the operational laws of Denning and Buzen, "The operational analysis of
/// queueing network models" (1978): they hold for any interval, without assumptions, when what
/// hangs over its edges is little beside it.
enum class Law {
  conservation,  ///< operations started = completed in the window + completed after it + failed
  utilisation,   ///< throughput x CPU per operation <= CPUs given
  little,        ///< operations in the system = throughput x (latency + the load's own time)
  steady_state,  ///< the first and the second half of the measured parts agree
};

/// "the utilisation law", as in sentences.
std::string_view to_string(Law law) noexcept;

struct BrokenLaw {
  Law law;
  std::string sentence;  ///< names the law and both sides of it; no full stop
};

/// How far the two sides of a law may lie apart beside what the noise of the measurement explains.
/// docs/METHODOLOGY.md, "The laws", has what these follow from.
inline constexpr double utilisation_tolerance = 0.01;
inline constexpr double little_tolerance = 0.03;
inline constexpr double steady_tolerance = 0.03;
/// One trial of a thousand may break a law by the noise of its slices alone, and by its tolerance
/// on top of that.
inline constexpr double law_confidence = 0.999;

/// The first law that this trial breaks. Needs figures: the status is ok or invalid.
std::optional<BrokenLaw> broken_law(const Measurement& trial);

/// The first law that trials of one row break together: what is too little to be sure of in one of
/// them may be sure in ten. Nothing for fewer than 4, whose spread says nothing.
std::optional<BrokenLaw> broken_law(std::span<const Measurement* const> rounds);

/// Makes a trial that is ok and breaks a law invalid, with the sentence as the reason.
void judge_by_laws(Measurement& trial);

/// What a user can do about a broken law: where lengths followed from the work already, something
/// else than leaving them to it.
std::string mend_for(const Measurement& trial);

}  // namespace ringside
