// The times of a trial or of a row, and which of their percentiles can be told.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "base/measured.hpp"
#include "harness/record/stored_histogram.hpp"

namespace ringside {

/// Up to this percentile slices are asked. A tail that is put together from some tens of
/// milliseconds each shows no wait that is longer (docs/METHODOLOGY.md, "Slices and whole
/// windows").
inline constexpr double slices_show_up_to = 50;

/// One entry an operation, with what decides whether a percentile is shown:
///
/// - 10 samples or more lie beyond it (Histogram::leaves_enough_beyond);
/// - beyond slices_show_up_to, times that were taken in slices are those of the audit's whole
///   windows, where there was one, and else unknown;
/// - it is no longer than the windows were. Nothing can be said of a quantile beyond the longest
///   follow-up (Kaplan and Meier, "Nonparametric estimation from incomplete observations", 1958).
class Latencies {
 public:
  Latencies() = default;
  Latencies(StoredHistogram all);   // NOLINT(google-explicit-constructor): the same, for keeping
  Latencies(const Histogram& all);  // NOLINT(google-explicit-constructor): likewise

  /// All of them were taken in slices; `windows` are those of whole windows beside, if any.
  void taken_in_slices(std::optional<StoredHistogram> windows);
  /// Times longer than this cannot be told of `all`, or of the audit's windows.
  void followed_for(std::chrono::nanoseconds all, std::chrono::nanoseconds windows);

  const StoredHistogram& all() const noexcept { return all_; }
  const std::optional<StoredHistogram>& windows() const noexcept { return windows_; }
  bool in_slices() const noexcept { return in_slices_; }

  std::uint64_t count() const noexcept { return all_.count(); }
  std::chrono::nanoseconds min() const noexcept { return all_.min(); }
  std::chrono::nanoseconds mean() const noexcept { return all_.mean(); }

  /// Of whole windows, as percentiles beyond slices_show_up_to are.
  Measured<std::chrono::nanoseconds> max() const;

  /// `percentile` is from 0 to below 100.
  Measured<std::chrono::nanoseconds> percentile(double percentile) const;
  std::optional<std::chrono::nanoseconds> supported_percentile(double percent) const {
    return percentile(percent).value;
  }

  /// Those of whole windows alone, where there were any beside slices: for what shows body and tail
  /// as one.
  Latencies of_one_kind() const;

  /// Of several rounds: histograms are added up, and what is known of all of them holds.
  static Latencies merged(std::span<const Latencies* const> rounds);

 private:
  struct Source {
    const StoredHistogram* histogram;
    std::chrono::nanoseconds followed;
  };

  Measured<Source> source_for(double percentile) const;

  StoredHistogram all_;
  bool in_slices_ = false;
  std::optional<StoredHistogram> windows_;
  std::chrono::nanoseconds followed_ = std::chrono::nanoseconds::max();
  std::chrono::nanoseconds windows_followed_ = std::chrono::nanoseconds::max();
};

}  // namespace ringside
