// Latencies with a bounded relative error, cheap to record and exact to merge.
#pragma once

#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ringside {

/// Counts of durations in HdrHistogram's layout (hdrhistogram.org): 1 ns to 60 s with 3 significant
/// decimal digits, that is, buckets at most 1/1024 of their value wide. Longer durations are
/// counted in the last bucket; the exact greatest is kept beside them. Not safe for concurrent use:
/// give every thread its own and merge.
class Histogram {
 public:
  static constexpr std::int64_t lowest_ns = 1;
  static constexpr std::int64_t highest_ns = 60'000'000'000;
  static constexpr int significant_digits = 3;

  /// Counts one duration; a negative one counts as 0. Takes a few nanoseconds; allocates only for
  /// one that is at least twice as long as any before.
  void record(std::chrono::nanoseconds duration) {
    const std::int64_t value = duration.count() < 0 ? 0 : duration.count();
    const std::size_t index = index_of(value < highest_ns ? value : highest_ns);
    if (index >= counts_.size()) grow(index);
    ++counts_[index];
    ++total_;
    sum_ns_ += static_cast<std::uint64_t>(value);
    if (value > max_ns_) max_ns_ = value;
    if (value < min_ns_) min_ns_ = value;
  }

  /// Adds every count of `other`: the only right way to combine percentiles.
  void merge(const Histogram& other);

  /// Takes out `part`, all of which was recorded in this one too. The rest's min and max are known
  /// to their bucket's width.
  void subtract(const Histogram& part);

  void clear() noexcept;

  std::uint64_t count() const noexcept { return total_; }

  /// Of all durations recorded. Zero when there are none.
  std::chrono::nanoseconds min() const noexcept;
  std::chrono::nanoseconds max() const noexcept;
  std::chrono::nanoseconds mean() const noexcept;

  /// Which of `count` durations, ordered and numbered from 1, is the percentile.
  static std::uint64_t rank_of(double percentile, std::uint64_t count) noexcept;

  /// The smallest duration that at least `percentile` per cent of the recorded ones do not exceed,
  /// up to the bucket's width (its upper end is given, and never more than max()). Zero when empty.
  std::chrono::nanoseconds at_percentile(double percentile) const noexcept;

  /// at_percentile, or nothing when too few durations lie beyond it.
  std::optional<std::chrono::nanoseconds> supported_percentile(double percentile) const noexcept;

  /// Whether at least 10 of `count` durations lie beyond the percentile: with fewer, its figure
  /// would be an accident of a few samples.
  static bool leaves_enough_beyond(double percentile, std::uint64_t count) noexcept;

  /// How many counts HdrHistogram's layout has for this range and precision.
  static constexpr std::size_t length() noexcept { return counts_length; }

  /// The counts in HdrHistogram's own order, for encoders; those that are left out at the end are
  /// 0.
  std::span<const std::uint64_t> counts() const noexcept { return counts_; }

  /// Rebuilds a histogram from counts in HdrHistogram's order; min, max and mean are then those of
  /// the buckets. Counts beyond the layout's length are ignored.
  static Histogram from_counts(std::span<const std::uint64_t> counts);

  /// The lowest and the highest duration that is counted at `index`.
  static std::int64_t lowest_at(std::size_t index) noexcept;
  static std::int64_t highest_at(std::size_t index) noexcept;

 private:
  // 2048 sub-buckets resolve 3 digits: the smallest power of two not below 2 * 10^3.
  static constexpr int sub_bucket_bits = 11;
  static constexpr std::size_t sub_bucket_half = std::size_t{1} << (sub_bucket_bits - 1);
  static constexpr int bucket_count =
      static_cast<int>(std::bit_width(static_cast<std::uint64_t>(highest_ns))) - sub_bucket_bits +
      1;
  static constexpr std::size_t counts_length =
      static_cast<std::size_t>(bucket_count + 1) * sub_bucket_half;

  static std::size_t index_of(std::int64_t value) noexcept {
    const auto bits = static_cast<std::uint64_t>(value);
    // Bucket b holds values of b + 11 bits at a resolution of 2^b; only its upper half is used,
    // since the lower half is covered by the bucket before. Bucket 0 uses both.
    const auto width = static_cast<int>(std::bit_width(bits | ((1u << sub_bucket_bits) - 1)));
    const int bucket = width - sub_bucket_bits;
    const auto sub_bucket = static_cast<std::size_t>(bits >> bucket);
    return static_cast<std::size_t>(bucket) * sub_bucket_half + sub_bucket;
  }

  void grow(std::size_t index);

  std::vector<std::uint64_t> counts_;  // up to the longest duration: most trials have a small part
  std::uint64_t total_ = 0;
  std::uint64_t sum_ns_ = 0;  // unsigned: it may wrap in a damaged file, and must be harmless then
  std::int64_t max_ns_ = 0;
  std::int64_t min_ns_ = INT64_MAX;
};

}  // namespace ringside
