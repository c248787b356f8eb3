#include "harness/report/analysis/slice_series.hpp"

#include <algorithm>

#include "harness/record/measurement.hpp"
#include "harness/report/analysis/comparison.hpp"

namespace ringside {

namespace {

constexpr std::size_t most_points = 12'000;  // of a run: about 250 kB of JSON

SlicePoint point_of(const Measurement& trial, std::size_t first, std::size_t last) {
  double ops = 0;
  double elapsed_ns = 0;
  double cpu_ns = 0;
  for (std::size_t cycle = first; cycle < last; ++cycle) {
    ops += trial.slices.work(cycle);
    elapsed_ns += static_cast<double>(trial.slices.elapsed_ns[cycle]);
    cpu_ns += static_cast<double>(trial.slices.cpu_ns[cycle]);
  }
  SlicePoint point;
  if (elapsed_ns > 0) point.ops_per_s = ops * 1e9 / elapsed_ns;
  if (ops > 0 && trial.cpu) point.cpu_ns_per_op = cpu_ns / ops;
  return point;
}

}  // namespace

std::size_t cycles_per_point(std::size_t slices) noexcept {
  return std::max<std::size_t>(1, (slices + most_points - 1) / most_points);
}

SliceSeries slice_series(const RowTrials& trials, std::size_t cycles_per_point) {
  SliceSeries series{.cycles_per_point = cycles_per_point, .rounds = {}};
  for (const auto& [round, trial] : trials.ok) {
    const std::size_t cycles = trial->slices.ops.size();
    SliceRound one{.round = round, .points = {}};
    for (std::size_t first = 0; first < cycles; first += cycles_per_point) {
      one.points.push_back(point_of(*trial, first, std::min(first + cycles_per_point, cycles)));
    }
    if (!one.points.empty()) series.rounds.push_back(std::move(one));
  }
  return series;
}

}  // namespace ringside
