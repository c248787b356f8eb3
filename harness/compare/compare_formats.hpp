// The forms in which a comparison of two runs leaves the program. All are pure functions.
#pragma once

#include <string>

#include "harness/report/page.hpp"
#include "harness/report/report.hpp"

namespace ringside {

struct RunComparison;

/// What a reader is shown, in the manner of Go's benchstat: a table for each scenario and metric,
/// with "~" where the two were not told apart.
Page make_page(const RunComparison& comparison);

/// Form "ringside.compare/1", documented in docs/FORMAT.md.
std::string compare_json(const RunComparison& comparison);

/// A line for each row and metric, units in the metric's name, quoted as in RFC 4180.
std::string compare_csv(const RunComparison& comparison);

/// One of them, or the page as a table or Markdown; ends in a newline.
std::string render(const RunComparison& comparison, Format format, const RenderOptions& options);

}  // namespace ringside
