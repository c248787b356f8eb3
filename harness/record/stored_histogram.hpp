// A histogram that is kept, not recorded into.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"

namespace ringside {

/// The counts of a Histogram as they stand in files: ZigZag LEB128, a run of n > 1 empty buckets as
/// -n (the V2 encoding of hdrhistogram.org). A trial's takes a few kilobytes so, and up to 220 as a
/// Histogram, of which a run has thousands.
class StoredHistogram {
 public:
  /// The most bytes that one count takes.
  static constexpr std::size_t longest_count_bytes = 9;

  StoredHistogram() = default;

  /// Implicit: it is the same histogram, for keeping.
  StoredHistogram(const Histogram& histogram);  // NOLINT(google-explicit-constructor)

  /// Takes counts from outside; min, max and mean are then those of the buckets. Throws Error when
  /// they are damaged, have more buckets than Histogram's layout, or more samples than a run can.
  static StoredHistogram from_v2_counts(std::vector<std::uint8_t> bytes);

  std::span<const std::uint8_t> v2_counts() const noexcept { return bytes_; }

  // As Histogram has them.
  std::uint64_t count() const noexcept { return total_; }
  std::chrono::nanoseconds min() const noexcept { return min_; }
  std::chrono::nanoseconds max() const noexcept { return max_; }
  std::chrono::nanoseconds mean() const noexcept { return mean_; }
  std::chrono::nanoseconds at_percentile(double percentile) const noexcept;
  std::optional<std::chrono::nanoseconds> supported_percentile(double percentile) const noexcept;

  /// To merge with others; min, max and mean are then those of the buckets.
  Histogram unpack() const;

 private:
  std::vector<std::uint8_t> bytes_;
  std::uint64_t total_ = 0;
  std::chrono::nanoseconds min_{};
  std::chrono::nanoseconds max_{};
  std::chrono::nanoseconds mean_{};
};

/// Throws the Error of a histogram that cannot be read.
[[noreturn]] void reject_histogram(std::string_view why);

}  // namespace ringside
