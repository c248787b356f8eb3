#include <cmath>

#include "harness/report/gate/gate_formats.hpp"
#include "harness/report/gate/gate_result.hpp"
#include "harness/report/render/csv_line.hpp"
#include "harness/report/render/json_values.hpp"

namespace ringside {

namespace {

std::optional<double> ratio(const std::optional<double>& log_ratio) {
  return log_ratio ? std::optional(std::exp(*log_ratio)) : std::nullopt;
}

std::optional<double> ratio(const GateRow& row, const Estimate& estimate) {
  return row.rounds > 0 ? std::optional(std::exp(estimate.log_ratio)) : std::nullopt;
}

Json ratios(const std::vector<double>& log_ratios) {
  Json list = Json::array();
  for (const double log_ratio : log_ratios) list.push_back(number(std::exp(log_ratio)));
  return list;
}

std::string_view answer_of(const GateRow& row) {
  if (row.failed) return "failed";
  if (row.skipped) return "skipped";
  return to_string(row.judgement.answer);
}

Json side_json(const GateSide& side) {
  return {{"command", side.command}, {"ringside_version", side.version}};
}

Json row_json(const GateRow& row) {
  return {{"scenario", row.scenario},
          {"params", row.params},
          {"backend", row.backend},
          {"metric", to_string(row.metric)},
          {"answer", answer_of(row)},
          {"slowdown", or_null(ratio(row, row.evidence.slowdown))},
          {"slowdown_low", or_null(ratio(row.judgement.low))},
          {"slowdown_high", or_null(ratio(row.judgement.high))},
          {"control_slowdown", or_null(ratio(row, row.evidence.control))},
          {"smallest_visible_slowdown", or_null(ratio(row.smallest_visible))},
          {"rounds", row.rounds},
          {"slowdown_by_round", ratios(row.slowdowns)},
          {"control_by_round", ratios(row.controls)},
          {"reason", text_or_null(row.reason)}};
}

}  // namespace

std::string gate_json(const GateResult& result) {
  const auto seconds = [](std::chrono::nanoseconds time) {
    return number(std::chrono::duration<double>(time).count());
  };
  Json object = {{"schema", "ringside.gate/1"},
                 {"answer", to_string(overall(result))},
                 {"base", side_json(result.base)},
                 {"head", side_json(result.head)},
                 {"margin", number(result.margin)},
                 {"budget_s", seconds(result.budget)},
                 {"elapsed_s", seconds(result.elapsed)},
                 {"warnings", result.warnings},
                 {"rows", Json::array()}};
  for (const GateRow& row : result.rows) object["rows"].push_back(row_json(row));
  constexpr bool ascii_only = true;  // it is also shown on terminals, where data must not act
  return object.dump(2, ' ', ascii_only, Json::error_handler_t::replace) + "\n";
}

std::string gate_csv(const GateResult& result) {
  CsvLine header;
  for (const char* column :
       {"scenario", "params", "backend", "metric", "answer", "slowdown", "slowdown_low",
        "slowdown_high", "control_slowdown", "smallest_visible_slowdown", "rounds", "reason"}) {
    header.text(column);
  }
  std::string out = header.end();
  for (const GateRow& row : result.rows) {
    CsvLine line;
    line.text(row.scenario).value(row.params).text(row.backend).text(to_string(row.metric));
    line.text(answer_of(row))
        .figure(ratio(row, row.evidence.slowdown))
        .figure(ratio(row.judgement.low))
        .figure(ratio(row.judgement.high))
        .figure(ratio(row, row.evidence.control))
        .figure(ratio(row.smallest_visible))
        .figure(row.rounds)
        .text(row.reason);
    out += line.end();
  }
  return out;
}

}  // namespace ringside
