#include "harness/report/analysis/run_metric.hpp"
#include "harness/report/compare/compare_formats.hpp"
#include "harness/report/compare/run_comparison.hpp"
#include "harness/report/render/json_values.hpp"

namespace ringside {

namespace {

Json side_json(const SideFigure& side) {
  return {{"value", or_null(side.value)},
          {"reach", or_null(side.reach)},
          {"rounds", side.rounds},
          {"is_lower_bound", side.is_lower_bound},
          {"reason", text_or_null(side.reason)}};
}

Json figure_json(const FigureComparison& figure) {
  return {{"metric", figure.metric->name},
          {"base", side_json(figure.base)},
          {"head", side_json(figure.head)},
          {"ratio", or_null(figure.ratio)},
          {"interval_low", or_null(figure.low)},
          {"interval_high", or_null(figure.high)},
          {"interval_confidence", or_null(figure.confidence)},
          {"p_adjusted", or_null(figure.p_adjusted)},
          {"verdict", to_string(verdict_of(figure))},
          {"smallest_visible_ratio", or_null(figure.smallest_visible_ratio)},
          {"reason", text_or_null(figure.reason)}};
}

Json row_json(const ComparedRow& row) {
  Json object = {{"scenario", row.scenario},
                 {"params", row.params},
                 {"backend", row.backend},
                 {"reference", row.reference},
                 {"figures", Json::array()}};
  for (const FigureComparison& figure : row.figures) {
    object["figures"].push_back(figure_json(figure));
  }
  return object;
}

Json mean_json(const GeometricMean& mean) {
  return {{"scenario", mean.scenario},
          {"metric", mean.metric->name},
          {"rows", mean.rows},
          {"ratio", or_null(mean.ratio)},
          {"interval_low", or_null(mean.low)},
          {"interval_high", or_null(mean.high)},
          {"reason", text_or_null(mean.reason)}};
}

Json unmatched_json(const std::vector<UnmatchedRow>& rows) {
  Json list = Json::array();
  for (const UnmatchedRow& row : rows) {
    list.push_back({{"scenario", row.scenario}, {"params", row.params}, {"backend", row.backend}});
  }
  return list;
}

}  // namespace

Json compare_value(const RunComparison& comparison) {
  Json object = {{"schema", "ringside.compare/1"},
                 {"base", comparison.base_name},
                 {"head", comparison.head_name},
                 {"warnings", comparison.warnings},
                 {"wrong_data", comparison.wrong_data},
                 {"rows", Json::array()},
                 {"geometric_means", Json::array()},
                 {"only_in_base", unmatched_json(comparison.only_in_base)},
                 {"only_in_head", unmatched_json(comparison.only_in_head)}};
  for (const ComparedRow& row : comparison.rows) object["rows"].push_back(row_json(row));
  for (const GeometricMean& mean : comparison.geometric_means) {
    object["geometric_means"].push_back(mean_json(mean));
  }
  return object;
}

std::string compare_json(const RunComparison& comparison) {
  constexpr bool ascii_only = true;  // it is also shown on terminals, where data must not act
  return compare_value(comparison).dump(2, ' ', ascii_only, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringside
