#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/compare/run_comparison.hpp"
#include "harness/report/render/csv_line.hpp"

namespace ringside {

namespace {

constexpr std::string_view fixed_columns[] = {
    "backend",
    "reference",
    "metric",
    "base",
    "base_reach",
    "base_rounds",
    "base_is_lower_bound",
    "head",
    "head_reach",
    "head_rounds",
    "head_is_lower_bound",
    "ratio",
    "interval_low",
    "interval_high",
    "interval_confidence",
    "p_adjusted",
    "verdict",
    "smallest_visible_ratio",
    "reason",
};

std::vector<std::string> param_names(const RunComparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedRow& row : comparison.rows) {
    for (const auto& [name, value] : row.params.items()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

void put_side(CsvLine& line, const SideFigure& side) {
  line.figure(side.value).figure(side.reach).figure(side.rounds).flag(side.is_lower_bound);
}

std::string figure_line(const ComparedRow& row, const FigureComparison& figure,
                        const std::vector<std::string>& params) {
  CsvLine line;
  line.text(row.scenario);
  for (const std::string& name : params) line.value(row.params.value(name, Json()));
  line.text(row.backend).flag(row.reference).text(figure.metric->name);
  put_side(line, figure.base);
  put_side(line, figure.head);
  line.figure(figure.ratio)
      .figure(figure.low)
      .figure(figure.high)
      .figure(figure.confidence)
      .figure(figure.p_adjusted)
      .text(to_string(verdict_of(figure)))
      .figure(figure.smallest_visible_ratio)
      .text(figure.reason);
  return line.end();
}

}  // namespace

std::string compare_csv(const RunComparison& comparison) {
  const std::vector<std::string> params = param_names(comparison);
  CsvLine header;
  header.text("scenario");
  for (const std::string& name : params) header.text("param." + name);
  for (const std::string_view column : fixed_columns) header.text(column);
  std::string out = header.end();
  for (const ComparedRow& row : comparison.rows) {
    for (const FigureComparison& figure : row.figures) out += figure_line(row, figure, params);
  }
  return out;
}

}  // namespace ringside
