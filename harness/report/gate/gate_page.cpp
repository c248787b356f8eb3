#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/gate/gate_formats.hpp"
#include "harness/report/gate/gate_result.hpp"
#include "harness/report/render/formats.hpp"
#include "harness/report/render/repeat.hpp"

namespace ringside {

namespace {

std::string as_text(const std::optional<double>& log_ratio) {
  return log_ratio ? as_difference(std::exp(*log_ratio)) : std::string("—");
}

TableCell answer_cell(const GateRow& row) {
  if (row.failed) return {"failed", 0, Tone::bad};
  if (row.skipped) return {"skipped", 0, Tone::quiet};
  const Tone tone = row.judgement.answer == Answer::pass         ? Tone::good
                    : row.judgement.answer == Answer::regression ? Tone::bad
                                                                 : Tone::plain;
  return {std::string(to_string(row.judgement.answer)), 0, tone};
}

std::vector<TableCell> cells(const GateRow& row) {
  std::vector<TableCell> cells = {{printable(row.backend)}, answer_cell(row)};
  const bool measured = row.rounds > 0;
  const auto shown = [&](double value) { return measured ? as_text(value) : std::string("—"); };
  cells.push_back({shown(row.evidence.slowdown.log_ratio)});
  cells.push_back({as_text(row.judgement.low)});
  cells.push_back({as_text(row.judgement.high)});
  cells.push_back({shown(row.evidence.control.log_ratio)});
  cells.push_back({as_text(row.smallest_visible)});
  cells.push_back({std::to_string(row.rounds)});
  return cells;
}

bool same_work(const GateRow& one, const GateRow& other) {
  return one.scenario == other.scenario && one.params == other.params;
}

/// The rows of one scenario and set of parameters.
Section section_of(const std::vector<const GateRow*>& rows) {
  Section section;
  section.title = describe_work(rows.front()->scenario, rows.front()->params);
  section.legend = fmt::format(
      "{}; slower: head against base; at least, at most: its bounds, by which a false regression "
      "anywhere has a chance of 1 %, a false pass of 5 %; A/A: the base against a second copy of "
      "itself; would see: the slowdown that would have been found 4 times in 5",
      rows.front()->metric == Metric::throughput ? "throughput" : "CPU per operation");
  Table table{.columns = {{"backend", "", true},
                          {"answer", "", true},
                          {"slower", ""},
                          {"at least", ""},
                          {"at most", ""},
                          {"A/A", ""},
                          {"would see", ""},
                          {"rounds", ""}},
              .rows = {}};
  for (const GateRow* row : rows) {
    table.rows.push_back(cells(*row));
    if (row->reason.empty()) continue;
    section.findings.push_back({printable(row->backend + ": " + row->reason), row->failed});
  }
  section.tables.push_back(std::move(table));
  return section;
}

std::string side_text(const GateSide& side) {
  return fmt::format("{} (ringside {})", side.command, side.version);
}

Sentence verdict(const GateResult& result) {
  const GateAnswer answer = overall(result);
  std::string text = fmt::format("Answer: {}", to_string(answer));
  if (answer == GateAnswer::unstable) {
    text +=
        ": the base compared with itself differs, so nothing that this machine says today can be "
        "trusted";
  }
  return {text, answer != GateAnswer::pass};
}

}  // namespace

Page make_page(const GateResult& result) {
  Page page;
  page.findings.push_back(verdict(result));
  page.findings.push_back({printable("base: " + side_text(result.base)), false});
  page.findings.push_back({printable("head: " + side_text(result.head)), false});
  page.findings.push_back(
      {fmt::format("margin {:.4g} %, {:.0f} s of at most {:.0f} s", result.margin * 100,
                   std::chrono::duration<double>(result.elapsed).count(),
                   std::chrono::duration<double>(result.budget).count()),
       false});
  for (const std::string& warning : result.warnings) {
    page.findings.push_back({printable(warning), true});
  }
  std::vector<const GateRow*> rows;
  for (const GateRow& row : result.rows) {
    if (!rows.empty() && !same_work(*rows.front(), row)) {
      page.sections.push_back(section_of(rows));
      rows.clear();
    }
    rows.push_back(&row);
  }
  if (!rows.empty()) page.sections.push_back(section_of(rows));
  return page;
}

std::string render(const GateResult& result, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::table:
      return table(make_page(result), {.colour = options.colour, .ascii = options.ascii});
    case Format::markdown:
      return markdown(make_page(result), {});
    case Format::csv:
      return gate_csv(result);
    case Format::json:
      return gate_json(result);
  }
  return {};
}

}  // namespace ringside
