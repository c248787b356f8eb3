#include "base/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace ringside {

using std::chrono::nanoseconds;

void Histogram::grow(std::size_t index) {
  counts_.resize((index / sub_bucket_half + 1) * sub_bucket_half, 0);
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size(), 0);
  std::ranges::transform(other.counts_, counts_, counts_.begin(), std::plus<>());
  total_ += other.total_;
  sum_ns_ += other.sum_ns_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
  min_ns_ = std::min(min_ns_, other.min_ns_);
}

void Histogram::subtract(const Histogram& part) {
  const std::int64_t least = min_ns_;
  const std::int64_t most = max_ns_;
  total_ = 0;
  sum_ns_ -= std::min(part.sum_ns_, sum_ns_);
  min_ns_ = INT64_MAX;
  max_ns_ = 0;
  for (std::size_t index = 0; index < counts_.size(); ++index) {
    if (index < part.counts_.size())
      counts_[index] -= std::min(part.counts_[index], counts_[index]);
    if (counts_[index] == 0) continue;
    if (total_ == 0) min_ns_ = std::max(lowest_at(index), least);
    max_ns_ = index == index_of(highest_ns) ? most : std::min(highest_at(index), most);
    total_ += counts_[index];
  }
}

void Histogram::clear() noexcept {
  if (total_ == 0) return;
  std::ranges::fill(counts_, 0);
  total_ = 0;
  sum_ns_ = 0;
  max_ns_ = 0;
  min_ns_ = INT64_MAX;
}

nanoseconds Histogram::min() const noexcept {
  return nanoseconds(total_ == 0 ? 0 : min_ns_);
}

nanoseconds Histogram::max() const noexcept {
  return nanoseconds(max_ns_);
}

nanoseconds Histogram::mean() const noexcept {
  return nanoseconds(total_ == 0 ? 0 : static_cast<std::int64_t>(sum_ns_ / total_));
}

std::uint64_t Histogram::rank_of(double percentile, std::uint64_t count) noexcept {
  const double share = std::clamp(percentile, 0.0, 100.0) / 100.0;
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count))));
}

nanoseconds Histogram::at_percentile(double percentile) const noexcept {
  if (total_ == 0) return nanoseconds(0);
  const std::uint64_t wanted = rank_of(percentile, total_);
  std::uint64_t seen = 0;
  // Below the least there are only zeros, often thousands of them.
  for (std::size_t index = index_of(std::min(min_ns_, highest_ns)); index < counts_.size();
       ++index) {
    seen += counts_[index];
    if (seen >= wanted) return nanoseconds(std::min(highest_at(index), max_ns_));
  }
  return max();
}

std::optional<nanoseconds> Histogram::supported_percentile(double percentile) const noexcept {
  if (!leaves_enough_beyond(percentile, total_)) return std::nullopt;
  return at_percentile(percentile);
}

bool Histogram::leaves_enough_beyond(double percentile, std::uint64_t count) noexcept {
  const double beyond = static_cast<double>(count) * (1.0 - percentile / 100.0);
  // The tolerance lets exactly 10 pass although 1 - 99/100 is not exact in binary.
  return beyond >= 10.0 - 1e-6;
}

Histogram Histogram::from_counts(std::span<const std::uint64_t> counts) {
  Histogram histogram;
  const std::size_t length = std::min(counts.size(), counts_length);
  for (std::size_t index = 0; index < length; ++index) {
    if (counts[index] == 0) continue;
    if (index >= histogram.counts_.size()) histogram.grow(index);
    const std::int64_t middle = (lowest_at(index) + highest_at(index)) / 2;
    histogram.counts_[index] = counts[index];
    histogram.total_ += counts[index];
    histogram.sum_ns_ += static_cast<std::uint64_t>(middle) * counts[index];
    histogram.min_ns_ = std::min(histogram.min_ns_, lowest_at(index));
    histogram.max_ns_ = highest_at(index);
  }
  return histogram;
}

std::int64_t Histogram::lowest_at(std::size_t index) noexcept {
  if (index < 2 * sub_bucket_half) return static_cast<std::int64_t>(index);
  const std::size_t bucket = index / sub_bucket_half - 1;
  const std::size_t sub_bucket = index % sub_bucket_half + sub_bucket_half;
  return static_cast<std::int64_t>(sub_bucket << bucket);
}

std::int64_t Histogram::highest_at(std::size_t index) noexcept {
  return lowest_at(index + 1) - 1;
}

}  // namespace ringside
