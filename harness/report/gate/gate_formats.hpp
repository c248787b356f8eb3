// The forms in which a gate's result leaves the program. All are pure functions.
#pragma once

#include <string>

#include "harness/report/render/page.hpp"
#include "harness/report/render/report.hpp"

namespace ringside {

struct GateResult;

Page make_page(const GateResult& result);

/// gate.json, form "ringside.gate/1", documented in docs/FORMAT.md.
std::string gate_json(const GateResult& result);

/// A line a comparison, quoted as in RFC 4180.
std::string gate_csv(const GateResult& result);

/// One of them, or the page as a table or Markdown; ends in a newline.
std::string render(const GateResult& result, Format format, const RenderOptions& options);

/// JUnit's XML: a test case a comparison. A regression is a failure, what broke an error; what was
/// not decided is skipped, since it is neither.
std::string junit_xml(const GateResult& result);

/// GitHub's workflow commands: an `::error` line for each regression and each row that broke, a
/// `::warning` for what is inconclusive. Nothing in them that comes from data can become a command.
std::string github_annotations(const GateResult& result);

}  // namespace ringside
