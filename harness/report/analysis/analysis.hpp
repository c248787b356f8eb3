// What a run says, as a value: every figure, every comparison and every finding that the reports
// show, and nothing about how they show it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/measured.hpp"
#include "harness/record/measurement.hpp"
#include "harness/report/analysis/audit.hpp"
#include "harness/report/analysis/bands.hpp"
#include "harness/report/analysis/comparison.hpp"
#include "harness/report/analysis/slice_series.hpp"
#include "harness/report/analysis/sweeps.hpp"

namespace ringside {

/// How the rounds of one row went.
enum class RowStatus {
  ok,
  partly,  ///< some rounds gave nothing; the figures are those of the others
  failed,
  skipped,
  invalid,
};

std::string_view to_string(RowStatus status) noexcept;

/// The round in which a row served its connections least evenly.
struct Evenness {
  std::uint64_t least_ops_per_connection = 0;
  std::uint64_t most_ops_per_connection = 0;
  bool is_telling = false;  ///< the round was long enough for the two to differ by more than chance
};

/// One backend, the control or a reference, in one group. Figures are over its good rounds
/// together.
struct Row {
  std::string backend;
  bool control = false;
  bool baseline = false;
  bool reference = false;  ///< no backend: compared with the baseline, never ranked
  std::string backend_version;
  RowStatus status = RowStatus::ok;
  std::size_t rounds = 0;
  std::size_t rounds_ok = 0;
  std::string reason;  ///< of the first round that gave nothing
  std::string mend;
  std::vector<std::string> caveats;  ///< each once

  std::uint64_t ops = 0;
  std::uint64_t verified_ops = 0;
  double elapsed_s = 0;
  Measured<double> throughput_ops_per_s;
  Measured<double> throughput_bytes_per_s;
  bool throughput_is_lower_bound = false;  ///< the generator was saturated in some round
  Latencies latency;                       ///< the rounds' histograms merged
  Measured<CpuUse> cpu;                    ///< per operation over all rounds
  Measured<ContextSwitches> context_switches;
  Measured<SystemCalls> syscalls;
  Measured<std::uint64_t> max_rss_bytes;  ///< the most of any round, as are the next two
  Measured<std::uint64_t> threads_peak;
  Measured<std::uint64_t> kernel_workers;
  Measured<double> generator_cpu_utilisation;  ///< the highest of any round
  std::optional<Evenness> fairness;
  std::map<std::string, std::string> effective;

  std::map<std::string, Latencies> times;           ///< the scenario's own, the rounds' merged
  std::map<std::string, Measured<double>> figures;  ///< the scenario's own, over all rounds

  AuditOfRow audit;    ///< its slices held against its whole windows
  Bands bands;         ///< of the metrics, over the good rounds
  SliceSeries slices;  ///< thinned where the run has many

  std::optional<int> rank;  ///< in the group's ranking metric; none for control and references
};

/// One scenario with one set of parameters: what can be compared with each other.
struct Group {
  std::string scenario;
  Json params;
  WorkWords words;
  std::size_t rounds = 0;
  std::size_t cycles_per_round = 0;  ///< the most slices of any trial; 0 for whole windows
  std::vector<Row> rows;             ///< in order of first appearance
  std::optional<std::size_t> baseline;
  std::optional<std::size_t> control;
  Metric ranking_metric = Metric::throughput;
  std::string ranking_reason;           ///< why it is not throughput; empty when it is
  std::vector<Comparison> comparisons;  ///< all pairs of backends and metrics; a baseline is `b`
  std::vector<Comparison> control_comparisons;    ///< control against baseline, one a metric
  std::vector<Comparison> reference_comparisons;  ///< each reference against the baseline
};

enum class FindingKind {
  control,
  noise,
  crossover,
  saturated,
  fastest,
  cheapest,
  tail,
  unfair,
  incomplete,
  audit,
};

std::string_view to_string(FindingKind kind) noexcept;

/// One plain sentence.
struct Finding {
  FindingKind kind = FindingKind::control;
  bool warning = false;              ///< the reader should doubt the figures, not only know
  std::optional<std::size_t> group;  ///< none when it is about the whole run
  std::string text;
};

struct Analysis {
  std::vector<Group> groups;      ///< in order of first appearance
  std::vector<Sweep> sweeps;      ///< groups that differ in one parameter only
  bool wrong_data = false;        ///< some backend answered with other bytes than were sent
  std::vector<Finding> findings;  ///< what matters most first: the control's word on the machine
};

/// What the trials of one run say. A pure function: the same trials give the same analysis.
Analysis analyse(std::span<const Measurement> trials);

/// How row `row` compares with the baseline in `metric` (it is then `a`); nothing for the baseline
/// itself and for groups without one.
const Comparison* against_baseline(const Group& group, std::size_t row, Metric metric);

/// The comparison of two rows, whichever of them is `a`.
const Comparison* find_comparison(const Group& group, std::size_t one, std::size_t other,
                                  Metric metric);

/// Whether the row gave figures in every round of its group.
bool is_whole(const Group& group, std::size_t row);

/// Ranks in `metric` by row; none for the control and for rows that were compared with nobody. When
/// the data do not judge some pair of rows that gave figures in every round, nobody is ranked. Rows
/// that gave figures in some rounds only, and are in a pair that is not judged, have no rank.
std::vector<std::optional<int>> rank_rows(const Group& group, Metric metric);

}  // namespace ringside
