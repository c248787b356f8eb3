// The forms in which a comparison of two runs leaves the program. All are pure functions.
#pragma once

#include <string>

#include "base/json.hpp"
#include "harness/report/render/page.hpp"
#include "harness/report/render/report.hpp"

namespace ringside {

struct ComparedRun;
struct RunComparison;

/// What a reader is shown, in the manner of Go's benchstat: a table for each scenario and metric,
/// with "~" where the two were not told apart.
Page make_page(const RunComparison& comparison);

/// Form "ringside.compare/1", documented in docs/FORMAT.md: as a value, and as its text.
Json compare_value(const RunComparison& comparison);
std::string compare_json(const RunComparison& comparison);

/// A line for each row and metric, units in the metric's name, quoted as in RFC 4180.
std::string compare_csv(const RunComparison& comparison);

/// A page for a browser that shows the two side by side: the comparison, the runs' own curves and
/// machines. `base` and `head` are what was compared.
std::string compare_html(const RunComparison& comparison, const ComparedRun& base,
                         const ComparedRun& head);

/// As table, Markdown, CSV or JSON; ends in a newline.
std::string render(const RunComparison& comparison, Format format, const RenderOptions& options);

}  // namespace ringside
