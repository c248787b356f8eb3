// The good rounds of one row of one run.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/work_words.hpp"

namespace ringside {

struct Measurement;
struct RunMetric;

/// One scenario, set of parameters and backend of one run, with its rounds by number. Refers to the
/// trials it was made from.
struct Series {
  std::string scenario;
  Json params;
  WorkWords words;
  std::string backend;
  bool reference = false;
  std::map<int, const Measurement*> rounds;  ///< those whose status is ok
  std::size_t trials = 0;                    ///< how many rounds there are, good or not
  bool wrong_data = false;                   ///< some answer was wrong
  std::string reason;                        ///< of the first that is not ok
};

/// All series of a run but the controls, in order of first appearance.
std::vector<Series> make_series(std::span<const Measurement> trials);

/// The one with the same scenario, parameters and backend; null when there is none.
const Series* find_series(std::span<const Series> all, const Series& like);

/// The figures of the rounds that have one, by round. 0 is one.
std::map<int, double> figures_of(const Series& series, const RunMetric& metric);

/// Their logarithms; none at all where some round has 0, since without it the others would mislead.
std::map<int, double> log_figures(const Series& series, const RunMetric& metric);

/// The widest step in which a round's log figure is read; 0 without figures.
double log_step(const Series& series, const RunMetric& metric);

/// Why no round of the series has the figure.
std::string why_none(const Series& series, const RunMetric& metric);

/// The numbers alone, in the order of the rounds.
std::vector<double> values_of(const std::map<int, double>& by_round);

/// Whether the load generator may have been what limited some round.
bool is_saturated(const Series& series);

/// Payload bytes of one operation, over all rounds; 0 without operations.
double bytes_per_op(const Series& series);

}  // namespace ringside
