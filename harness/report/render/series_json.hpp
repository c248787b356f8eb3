// The members of summary.json that figures are drawn from; docs/FORMAT.md says what they mean.
#pragma once

#include <span>
#include <string_view>

#include "base/json.hpp"
#include "harness/report/analysis/bands.hpp"

namespace ringside {

class Latencies;
struct AuditOfRow;
struct Group;
struct SliceSeries;
struct Sweep;

/// A list of `percentile` and `ns`: percentile_axis().
Json percentiles_json(const Latencies& histogram);

/// Whether the time is what a backend itself has added, and worth a curve of its own.
bool is_own_cost(std::string_view time) noexcept;

/// By metric: centre and ends of the interval.
Json intervals_json(const Bands& bands);

/// How a row's slices stand to its whole windows.
Json audit_json(const AuditOfRow& audit);

/// Lists over the points of each round.
Json slices_json(const SliceSeries& series);

/// `groups` are those of the same analysis.
Json sweep_json(std::span<const Group> groups, const Sweep& sweep);

}  // namespace ringside
