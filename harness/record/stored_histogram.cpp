#include "harness/record/stored_histogram.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t longest_count_bytes = StoredHistogram::longest_count_bytes;
// More operations than that no run can have; sums of a few histograms' counts stay far from 2^64.
constexpr std::uint64_t greatest_count = std::uint64_t{1} << 48;

// Nine bytes at most: the ninth carries 8 bits, so that 64 fit.
void put_zigzag(Bytes& out, std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (std::size_t i = 0; i + 1 < longest_count_bytes; ++i) {
    if (rest < 0x80) break;
    out.push_back(static_cast<std::uint8_t>((rest & 0x7f) | 0x80));
    rest >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(rest));
}

Bytes encode_counts(std::span<const std::uint64_t> counts) {
  while (!counts.empty() && counts.back() == 0) counts = counts.first(counts.size() - 1);
  Bytes out;
  for (std::size_t at = 0; at < counts.size();) {
    std::size_t zeros = 0;
    while (at + zeros < counts.size() && counts[at + zeros] == 0) ++zeros;
    if (zeros > 1) {
      put_zigzag(out, -static_cast<std::int64_t>(zeros));
      at += zeros;
    } else {
      put_zigzag(out, static_cast<std::int64_t>(counts[at++]));
    }
  }
  return out;
}

/// Takes the next number off `rest`; nothing when it ends in the middle.
std::optional<std::int64_t> take_zigzag(std::span<const std::uint8_t>& rest) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < longest_count_bytes; ++i) {
    if (rest.empty()) return std::nullopt;
    const std::uint64_t next = rest.front();
    rest = rest.subspan(1);
    const bool last = i + 1 == longest_count_bytes;
    value |= (last ? next : next & 0x7f) << (7 * i);
    if (next < 0x80) break;
  }
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

/// Calls `take(index, count)` for each filled bucket of counts that have been judged, until it
/// returns false.
template <typename Take>
void for_each_bucket(std::span<const std::uint8_t> bytes, Take take) {
  std::size_t index = 0;
  while (const std::optional<std::int64_t> value = take_zigzag(bytes)) {
    if (*value > 0 && !take(index, static_cast<std::uint64_t>(*value))) return;
    index += *value < 0 ? static_cast<std::size_t>(-*value) : 1;
  }
}

void judge(std::span<const std::uint8_t> bytes) {
  std::size_t left = Histogram::length();
  std::uint64_t total = 0;
  while (!bytes.empty()) {
    const std::optional<std::int64_t> value = take_zigzag(bytes);
    if (!value) reject_histogram("it ends in the middle");
    const std::uint64_t buckets = *value < 0 ? ~static_cast<std::uint64_t>(*value) + 1 : 1;
    if (buckets > left) reject_histogram("more buckets than the layout has");
    left -= static_cast<std::size_t>(buckets);
    if (*value < 0) continue;
    const auto count = static_cast<std::uint64_t>(*value);
    if (count > greatest_count - total) reject_histogram("more samples than any run can have");
    total += count;
  }
}

}  // namespace

void reject_histogram(std::string_view why) {
  throw Error(fmt::format("histogram: {}", why));
}

StoredHistogram::StoredHistogram(const Histogram& histogram)
    : bytes_(encode_counts(histogram.counts())),
      total_(histogram.count()),
      min_(histogram.min()),
      max_(histogram.max()),
      mean_(histogram.mean()) {}

StoredHistogram StoredHistogram::from_v2_counts(std::vector<std::uint8_t> bytes) {
  judge(bytes);
  StoredHistogram stored;
  stored.bytes_ = std::move(bytes);
  std::uint64_t sum_ns = 0;  // may wrap in a damaged file, and is harmless then
  for_each_bucket(stored.bytes_, [&](std::size_t index, std::uint64_t count) {
    const std::int64_t lowest = Histogram::lowest_at(index);
    const std::int64_t highest = Histogram::highest_at(index);
    if (stored.total_ == 0) stored.min_ = nanoseconds(lowest);
    stored.max_ = nanoseconds(highest);
    stored.total_ += count;
    sum_ns += static_cast<std::uint64_t>((lowest + highest) / 2) * count;
    return true;
  });
  if (stored.total_ > 0) {
    stored.mean_ = nanoseconds(static_cast<std::int64_t>(sum_ns / stored.total_));
  }
  return stored;
}

nanoseconds StoredHistogram::at_percentile(double percentile) const noexcept {
  std::uint64_t left = Histogram::rank_of(percentile, total_);
  nanoseconds found = max_;
  for_each_bucket(bytes_, [&](std::size_t index, std::uint64_t count) {
    if (count < left) {
      left -= count;
      return true;
    }
    found = std::min(nanoseconds(Histogram::highest_at(index)), max_);
    return false;
  });
  return found;
}

std::optional<nanoseconds> StoredHistogram::supported_percentile(double percentile) const noexcept {
  if (!Histogram::leaves_enough_beyond(percentile, total_)) return std::nullopt;
  return at_percentile(percentile);
}

Histogram StoredHistogram::unpack() const {
  std::vector<std::uint64_t> counts;
  for_each_bucket(bytes_, [&](std::size_t index, std::uint64_t count) {
    counts.resize(index + 1, 0);
    counts[index] = count;
    return true;
  });
  return Histogram::from_counts(counts);
}

}  // namespace ringside
