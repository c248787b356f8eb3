#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/record/measurement.hpp"
#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/compare/changes.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/compare/run_comparison.hpp"
#include "harness/report/render/footnotes.hpp"

namespace ringside {

namespace {

constexpr std::size_t longest_name = 40;

/// The rows of one scenario and set of parameters.
class WorkSection {
 public:
  explicit WorkSection(const ComparedRow& first) : rows_{&first}, wording_(first.words) {}

  bool takes(const ComparedRow& row) const {
    return row.scenario == rows_.front()->scenario &&
           same_params(row.params, rows_.front()->params);
  }
  void add(const ComparedRow& row) { rows_.push_back(&row); }

  Section make();

 private:
  Table table_of(std::size_t metric);
  std::vector<TableCell> cells(const ComparedRow& row, const FigureComparison& figure,
                               double scale);
  TableCell side_cell(const SideFigure& side, double scale);
  TableCell change_cell(const FigureComparison& figure);
  TableCell missing(const std::string& reason);
  bool in_bytes(const RunMetric& metric) const;
  double scale_of(const ComparedRow& row, const RunMetric& metric) const;
  Unit unit_of(std::size_t metric) const;
  std::string unit_text(const RunMetric& metric, const Unit& unit) const;

  std::vector<const ComparedRow*> rows_;  // never empty
  const WorkWords& wording_;
  Footnotes footnotes_;
};

/// What a figure is multiplied with to be in the base unit of its column.
double WorkSection::scale_of(const ComparedRow& row, const RunMetric& metric) const {
  return in_bytes(metric) ? row.bytes_per_op : 1;
}

TableCell WorkSection::missing(const std::string& reason) {
  return {"—", footnotes_.number(printable(reason)), Tone::quiet};
}

TableCell WorkSection::side_cell(const SideFigure& side, double scale) {
  if (!side.value) return missing(side.reason);
  std::string text =
      fmt::format("{}{}", side.is_lower_bound ? "≥" : "", significant(*side.value * scale, 4));
  if (side.reach) text += fmt::format(" ±{} %", significant(*side.reach * 100, 2));
  return {text};
}

TableCell WorkSection::change_cell(const FigureComparison& figure) {
  switch (verdict_of(figure)) {
    case Verdict::better:
      return {as_difference(*figure.ratio) + " better", 0, Tone::good};
    case Verdict::worse:
      return {as_difference(*figure.ratio) + " worse", 0, Tone::bad};
    case Verdict::not_told_apart:
      return {"~", 0, Tone::quiet};
    case Verdict::unknown:
      break;
  }
  return missing(figure.reason);
}

std::string interval_text(const std::optional<double>& low, const std::optional<double>& high) {
  if (!low || !high) return {};
  return fmt::format("{} to {}", as_difference(*low), as_difference(*high));
}

std::vector<TableCell> WorkSection::cells(const ComparedRow& row, const FigureComparison& figure,
                                          double scale) {
  const std::string name = row.backend + (row.reference ? " (reference)" : "");
  std::vector<TableCell> cells = {{shortened(printable(name), longest_name)},
                                  side_cell(figure.base, scale),
                                  side_cell(figure.head, scale),
                                  change_cell(figure),
                                  {interval_text(figure.low, figure.high)}};
  const auto& p = figure.p_adjusted;
  cells.push_back({!p ? "" : *p < 0.0005 ? "<0.001" : fmt::format("{:.3f}", *p)});
  const auto& visible = figure.smallest_visible_ratio;
  cells.push_back({visible ? as_difference(*visible) : ""});
  return cells;
}

bool WorkSection::in_bytes(const RunMetric& metric) const {
  return &metric == &throughput_metric() && wording_.by_bytes;
}

Unit WorkSection::unit_of(std::size_t index) const {
  const RunMetric& metric = run_metrics()[index];
  std::vector<double> values;
  for (const ComparedRow* row : rows_) {
    for (const SideFigure* side : {&row->figures[index].base, &row->figures[index].head}) {
      if (side->value) values.push_back(*side->value * scale_of(*row, metric));
    }
  }
  return unit_for(values, in_bytes(metric) ? std::span<const Unit>(byte_units) : metric.units);
}

/// "k msg/s", "MiB/s", "µs/msg", "ms".
std::string WorkSection::unit_text(const RunMetric& metric, const Unit& unit) const {
  if (metric.per_op) return fmt::format("{}/{}", unit.name, wording_.unit);
  if (&metric != &throughput_metric()) return std::string(unit.name);
  if (in_bytes(metric)) return fmt::format("{}/s", unit.name);
  return fmt::format("{}{}{}/s", unit.name, unit.name.empty() ? "" : " ", wording_.unit);
}

Table WorkSection::table_of(std::size_t index) {
  const RunMetric& metric = run_metrics()[index];
  const Unit unit = unit_of(index);
  const std::string in_unit = unit_text(metric, unit);
  Table table{.columns = {{std::string(metric.title),
                           metric.higher_is_better ? "higher is better" : "lower is better", true},
                          {"base", in_unit},
                          {"head", in_unit},
                          {"change", ""},
                          {"interval", ""},
                          {"p", ""},
                          {"could see", ""}},
              .rows = {}};
  for (const ComparedRow* row : rows_) {
    table.rows.push_back(cells(*row, row->figures[index], scale_of(*row, metric) / unit.size));
  }
  return table;
}

Section WorkSection::make() {
  Section section;
  section.title = describe_work(rows_.front()->scenario, rows_.front()->params);
  for (std::size_t i = 0; i < run_metrics().size(); ++i) section.tables.push_back(table_of(i));
  section.footnotes = footnotes_.take();
  VerdictCount count;
  for (const ComparedRow* row : rows_) count.add(*row);
  section.findings.push_back({count.sentence()});
  return section;
}

/// In the order of the first row of each.
std::vector<WorkSection> work_sections(const RunComparison& comparison) {
  std::vector<WorkSection> sections;
  for (const ComparedRow& row : comparison.rows) {
    const auto found = std::ranges::find_if(
        sections, [&](const WorkSection& section) { return section.takes(row); });
    if (found == sections.end())
      sections.emplace_back(row);
    else
      found->add(row);
  }
  return sections;
}

/// All scenarios' means, over whatever parameters their rows have.
void add_geometric_means(const RunComparison& comparison, Page& page) {
  if (comparison.geometric_means.empty()) return;
  Section section;
  section.title = "geometric means of the changes";
  section.legend = "over all rows of a scenario; each interval is at 95 % by itself";
  Footnotes footnotes;
  Table table{.columns = {{"scenario", "", true},
                          {"metric", "", true},
                          {"rows", ""},
                          {"change", ""},
                          {"interval", ""}},
              .rows = {}};
  for (const GeometricMean& mean : comparison.geometric_means) {
    const bool holds_one = mean.low && *mean.low <= 1 && 1 <= *mean.high;
    const TableCell change = holds_one ? TableCell{"~", 0, Tone::quiet}
                             : mean.low
                                 ? TableCell{as_difference(*mean.ratio)}
                                 : TableCell{"—", footnotes.number(mean.reason), Tone::quiet};
    table.rows.push_back({{shortened(printable(mean.scenario), longest_name)},
                          {std::string(mean.metric->title)},
                          {std::to_string(mean.rows)},
                          change,
                          {interval_text(mean.low, mean.high)}});
  }
  section.tables.push_back(std::move(table));
  section.footnotes = footnotes.take();
  page.sections.push_back(std::move(section));
}

}  // namespace

Page make_page(const RunComparison& comparison) {
  Page page;
  page.findings.push_back(
      {printable(fmt::format("base: {}, head: {}", comparison.base_name, comparison.head_name))});
  for (const std::string& warning : comparison.warnings) {
    page.findings.push_back({printable(warning), true});
  }
  for (WorkSection& section : work_sections(comparison)) page.sections.push_back(section.make());
  if (!page.sections.empty())
    page.sections.front().legend =
        "change: head against base, ~ where they were not told apart; the chance that any change "
        "told "
        "in one metric is false is 5 % at most; could see: the difference that two such runs would "
        "have shown 4 times in 5";
  add_geometric_means(comparison, page);
  for (std::string& sentence : unmatched_rows(comparison))
    page.findings.push_back({std::move(sentence)});
  return page;
}

}  // namespace ringside
