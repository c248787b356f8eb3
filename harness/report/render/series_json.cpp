#include "harness/report/render/series_json.hpp"

#include <string>

#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/percentile_axis.hpp"
#include "harness/report/render/json_values.hpp"

namespace ringside {

namespace {

Json oriented_json(const Oriented& oriented) {
  return {{"ratio", number(oriented.ratio)},
          {"interval_low", number(oriented.low)},
          {"interval_high", number(oriented.high)}};
}

Json crossover_json(std::span<const Group> groups, const Sweep& sweep, const Crossover& crossover) {
  const Json& low = groups[crossover.low_group].params[sweep.parameter];
  const Json& high = groups[crossover.high_group].params[sweep.parameter];
  return {{"metric", to_string(crossover.metric)},
          {"a", crossover.a},
          {"b", crossover.b},
          {"between", Json::array({low, high})},
          {"groups", Json::array({crossover.low_group, crossover.high_group})},
          {"at_low", oriented_json(crossover.at_low)},
          {"at_high", oriented_json(crossover.at_high)},
          {"sentence", crossover.sentence}};
}

}  // namespace

Json percentiles_json(const Latencies& histogram) {
  Json points = Json::array();
  for (const PercentilePoint& point : percentile_axis(histogram)) {
    points.push_back({{"percentile", number(point.percentile)}, {"ns", point.ns}});
  }
  return points;
}

bool is_own_cost(std::string_view time) noexcept {
  return time == "excess_over_ideal";
}

Json intervals_json(const Bands& bands) {
  Json object = Json::object();
  for (const auto& [metric, band] : bands) {
    object[std::string(to_string(metric))] = {{"centre", or_null(band.centre)},
                                              {"low", or_null(band.low)},
                                              {"high", or_null(band.high)},
                                              {"rounds", band.rounds},
                                              {"reason", text_or_null(band.reason)}};
  }
  return object;
}

Json audit_json(const AuditOfRow& audit) {
  Json figures = Json::array();
  for (const AuditedFigure& figure : audit.figures) {
    figures.push_back({{"figure", figure.name},
                       {"margin", number(figure.margin)},
                       {"rounds", figure.rounds},
                       {"ratio", or_null(figure.ratio)},
                       {"interval_low", or_null(figure.low)},
                       {"interval_high", or_null(figure.high)},
                       {"verdict", to_string(figure.verdict)}});
  }
  return {{"windows", audit.windows}, {"figures", figures}};
}

Json slices_json(const SliceSeries& series) {
  Json object = {{"cycles_per_point", series.cycles_per_point}, {"rounds", Json::array()}};
  for (const SliceRound& round : series.rounds) {
    Json one = {
        {"round", round.round}, {"ops_per_s", Json::array()}, {"cpu_ns_per_op", Json::array()}};
    for (const SlicePoint& point : round.points) {
      one["ops_per_s"].push_back(or_null(point.ops_per_s));
      one["cpu_ns_per_op"].push_back(or_null(point.cpu_ns_per_op));
    }
    object["rounds"].push_back(std::move(one));
  }
  return object;
}

Json sweep_json(std::span<const Group> groups, const Sweep& sweep) {
  Json object = {{"scenario", sweep.scenario},
                 {"parameter", sweep.parameter},
                 {"fixed", sweep.fixed},
                 {"groups", sweep.groups},
                 {"crossovers", Json::array()}};
  for (const Crossover& crossover : sweep.crossovers) {
    object["crossovers"].push_back(crossover_json(groups, sweep, crossover));
  }
  return object;
}

}  // namespace ringside
