#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/compare/changes.hpp"
#include "harness/compare/compare_formats.hpp"
#include "harness/compare/run_comparison.hpp"
#include "harness/compare/run_metric.hpp"
#include "harness/report/footnotes.hpp"
#include "harness/report/text.hpp"
#include "harness/report/units.hpp"

namespace ringside {

namespace {

constexpr std::size_t longest_name = 40;

/// What all rows of one scenario have in common, and what tells them apart.
class ScenarioPage {
 public:
  ScenarioPage(const RunComparison& comparison, const std::string& scenario);

  Section make();

 private:
  Table table_of(std::size_t metric);
  std::vector<Cell> cells(const ComparedRow& row, const FigureComparison& figure, double scale);
  Cell side_cell(const SideFigure& side, double scale);
  Cell change_cell(const FigureComparison& figure);
  Cell missing(const std::string& reason);
  std::vector<Cell> mean_cells(const GeometricMean& mean);
  std::string name_of(const ComparedRow& row) const;
  std::string title() const;
  Sentence summary() const;
  bool in_bytes(const RunMetric& metric) const;
  double scale_of(const ComparedRow& row, const RunMetric& metric) const;
  Unit unit_of(std::size_t metric) const;
  std::string unit_text(const RunMetric& metric, const Unit& unit) const;

  const RunComparison& comparison_;
  std::vector<const ComparedRow*> rows_;
  std::set<std::string> varied_;  // parameters in which the rows differ
  Wording wording_;
  Footnotes footnotes_;
};

ScenarioPage::ScenarioPage(const RunComparison& comparison, const std::string& scenario)
    : comparison_(comparison), varied_(varied_params(comparison, scenario)) {
  for (const ComparedRow& row : comparison.rows) {
    if (row.scenario == scenario) rows_.push_back(&row);
  }
  wording_ = wording_of(scenario, rows_.front()->params);
}

std::string ScenarioPage::title() const {
  std::string title = rows_.front()->scenario;
  for (const auto& [name, value] : rows_.front()->params.items()) {
    if (!value.is_null() && !varied_.contains(name)) title += " · " + describe_param(name, value);
  }
  return printable(title);
}

std::string ScenarioPage::name_of(const ComparedRow& row) const {
  std::string name = row.backend + (row.reference ? " (reference)" : "");
  for (const auto& [param, value] : row.params.items()) {
    if (varied_.contains(param) && !value.is_null()) name += " · " + describe_param(param, value);
  }
  return shortened(printable(name), longest_name);
}

/// What a figure is multiplied with to be in the base unit of its column.
double ScenarioPage::scale_of(const ComparedRow& row, const RunMetric& metric) const {
  return in_bytes(metric) ? row.bytes_per_op : 1;
}

Cell ScenarioPage::missing(const std::string& reason) {
  return {"—", footnotes_.number(printable(reason)), Tone::quiet};
}

Cell ScenarioPage::side_cell(const SideFigure& side, double scale) {
  if (!side.value) return missing(side.reason);
  std::string text =
      fmt::format("{}{}", side.is_lower_bound ? "≥" : "", significant(*side.value * scale, 4));
  if (side.reach) text += fmt::format(" ±{} %", significant(*side.reach * 100, 2));
  return {text};
}

Cell ScenarioPage::change_cell(const FigureComparison& figure) {
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

std::vector<Cell> ScenarioPage::cells(const ComparedRow& row, const FigureComparison& figure,
                                      double scale) {
  std::vector<Cell> cells = {{name_of(row)},
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

std::vector<Cell> ScenarioPage::mean_cells(const GeometricMean& mean) {
  Cell name{fmt::format("geometric mean of {}", mean.rows)};
  Cell change = mean.low
                    ? Cell{*mean.low <= 1 && 1 <= *mean.high ? "~" : as_difference(*mean.ratio)}
                    : missing(mean.reason);
  return {name, {}, {}, change, {interval_text(mean.low, mean.high)}, {}, {}};
}

bool ScenarioPage::in_bytes(const RunMetric& metric) const {
  return &metric == &throughput_metric() && wording_.by_bytes;
}

Unit ScenarioPage::unit_of(std::size_t index) const {
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
std::string ScenarioPage::unit_text(const RunMetric& metric, const Unit& unit) const {
  if (metric.per_op) return fmt::format("{}/{}", unit.name, wording_.unit);
  if (&metric != &throughput_metric()) return std::string(unit.name);
  if (in_bytes(metric)) return fmt::format("{}/s", unit.name);
  return fmt::format("{}{}{}/s", unit.name, unit.name.empty() ? "" : " ", wording_.unit);
}

Table ScenarioPage::table_of(std::size_t index) {
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
  for (const GeometricMean& mean : comparison_.geometric_means) {
    const bool of_this = mean.metric == &metric && mean.scenario == rows_.front()->scenario;
    if (of_this && mean.rows > 1) table.rows.push_back(mean_cells(mean));
  }
  return table;
}

Sentence ScenarioPage::summary() const {
  VerdictCount count;
  for (const ComparedRow* row : rows_) count.add(*row);
  return {count.sentence()};
}

Section ScenarioPage::make() {
  Section section;
  section.title = title();
  section.legend =
      "change: head against base, ~ where they were not told apart; the intervals of one metric "
      "hold "
      "together at 95 %; could see: the difference that two such runs would have shown 4 times in "
      "5";
  for (std::size_t i = 0; i < run_metrics().size(); ++i) section.tables.push_back(table_of(i));
  section.footnotes = footnotes_.take();
  section.findings.push_back(summary());
  return section;
}

/// A sentence for each set of parameters, naming its backends.
void add_unmatched(const std::vector<UnmatchedRow>& rows, std::string_view side,
                   std::vector<Sentence>& findings) {
  for (std::size_t i = 0; i < rows.size();) {
    std::string work = rows[i].scenario;
    for (const auto& [name, value] : rows[i].params.items()) {
      if (!value.is_null()) work += " · " + describe_param(name, value);
    }
    std::vector<std::string> backends;
    const UnmatchedRow& first = rows[i];
    for (; i < rows.size() && rows[i].scenario == first.scenario && rows[i].params == first.params;
         ++i) {
      backends.push_back(rows[i].backend);
    }
    findings.push_back(
        {printable(fmt::format("only in the {}: {}: {}", side, work, fmt::join(backends, ", ")))});
  }
}

}  // namespace

Page make_page(const RunComparison& comparison) {
  Page page;
  page.findings.push_back(
      {printable(fmt::format("base: {}, head: {}", comparison.base_name, comparison.head_name))});
  for (const std::string& warning : comparison.warnings) {
    page.findings.push_back({printable(warning), true});
  }
  std::vector<std::string> scenarios;
  for (const ComparedRow& row : comparison.rows) {
    if (std::ranges::find(scenarios, row.scenario) != scenarios.end()) continue;
    scenarios.push_back(row.scenario);
    page.sections.push_back(ScenarioPage(comparison, row.scenario).make());
  }
  add_unmatched(comparison.only_in_base, "base", page.findings);
  add_unmatched(comparison.only_in_head, "head", page.findings);
  return page;
}

}  // namespace ringside
