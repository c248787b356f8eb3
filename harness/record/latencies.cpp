#include "harness/record/latencies.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ringside {

namespace {

using std::chrono::nanoseconds;
using MeasuredTime = Measured<nanoseconds>;

constexpr double beyond_all_percentiles = 100;

void add_to(std::optional<Histogram>& whole, const StoredHistogram& part) {
  if (!whole) whole.emplace();
  whole->merge(part.unpack());
}

}  // namespace

Latencies::Latencies(StoredHistogram all) : all_(std::move(all)) {}

Latencies::Latencies(const Histogram& all) : all_(all) {}

void Latencies::taken_in_slices(std::optional<StoredHistogram> windows) {
  in_slices_ = true;
  windows_ = std::move(windows);
}

void Latencies::followed_for(nanoseconds all, nanoseconds windows) {
  followed_ = all;
  windows_followed_ = windows;
}

MeasuredTime Latencies::max() const {
  if (count() == 0) return MeasuredTime::unknown("no operations");
  const Measured<Source> source = source_for(beyond_all_percentiles);
  if (!source) return MeasuredTime::unknown(source.reason);
  return source->histogram->max();
}

MeasuredTime Latencies::percentile(double percentile) const {
  if (count() == 0) return MeasuredTime::unknown("no operations");
  const Measured<Source> source = source_for(percentile);
  if (!source) return MeasuredTime::unknown(source.reason);
  const auto value = source->histogram->supported_percentile(percentile);
  if (!value) return MeasuredTime::unknown("fewer than 10 samples lie beyond this percentile");
  if (*value > source->followed) {
    return MeasuredTime::unknown(
        fmt::format("the windows of {:.3g} ms are too short for times as long as this percentile",
                    std::chrono::duration<double, std::milli>(source->followed).count()));
  }
  return *value;
}

Latencies Latencies::of_one_kind() const {
  if (!windows_ || windows_->count() == 0) return *this;
  Latencies whole(*windows_);
  whole.followed_ = windows_followed_;
  return whole;
}

Latencies Latencies::merged(std::span<const Latencies* const> rounds) {
  std::optional<Histogram> all;
  std::optional<Histogram> windows;
  Latencies whole;
  for (const Latencies* round : rounds) {
    add_to(all, round->all_);
    if (round->windows_) add_to(windows, *round->windows_);
    whole.in_slices_ |= round->in_slices_;
    whole.followed_ = std::min(whole.followed_, round->followed_);
    whole.windows_followed_ = std::min(whole.windows_followed_, round->windows_followed_);
  }
  if (all) whole.all_ = *all;
  if (windows) whole.windows_ = *windows;
  return whole;
}

Measured<Latencies::Source> Latencies::source_for(double percentile) const {
  if (!in_slices_ || percentile <= slices_show_up_to) return Source{&all_, followed_};
  if (windows_ && windows_->count() > 0) return Source{&*windows_, windows_followed_};
  return Measured<Source>::unknown(
      "slices do not show the far tail, and no whole window was measured beside them");
}

}  // namespace ringside
