#include <optional>

#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/findings.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/render/formats.hpp"
#include "harness/report/render/json_values.hpp"
#include "harness/report/render/series_json.hpp"

namespace ringside {

namespace {

Json comparison_json(const Group& group, const Comparison& comparison) {
  const Row& a = group.rows[comparison.a];
  const Row& b = group.rows[comparison.b];
  Json better;
  if (a_is_better(comparison)) better = "a";
  if (b_is_better(comparison)) better = "b";
  return {{"a", a.backend},
          {"b", b.backend},
          {"metric", to_string(comparison.metric)},
          {"ratio", or_null(comparison.ratio)},
          {"interval_low", or_null(comparison.low)},
          {"interval_high", or_null(comparison.high)},
          {"interval_confidence", or_null(comparison.confidence)},
          {"p_adjusted", or_null(comparison.p_adjusted)},
          {"significant", comparison.significant},
          {"better", better},
          {"smallest_visible_ratio", or_null(comparison.smallest_visible_ratio)},
          {"rounds", comparison.rounds},
          {"rounds_left_out", comparison.rounds_left_out},
          {"reason", text_or_null(comparison.reason)}};
}

/// The figure's value, or null with the reason collected under the same name.
template <typename T>
Json figure(Json& reasons, const char* name, const Measured<T>& measured) {
  if (!measured) reasons[name] = measured.reason;
  return or_null(measured.value);
}

Json cpu_json(Json& reasons, const Measured<CpuUse>& cpu) {
  if (!cpu) {
    reasons["cpu"] = cpu.reason;
    return {};
  }
  return {{"user_ns_per_op", number(cpu->user_ns_per_op)},
          {"system_ns_per_op", number(cpu->system_ns_per_op)},
          {"total_ns_per_op", number(cpu->total_ns_per_op)},
          {"utilisation", number(cpu->utilisation)}};
}

Json switches_json(Json& reasons, const Measured<ContextSwitches>& switches) {
  if (!switches) {
    reasons["context_switches"] = switches.reason;
    return {};
  }
  return {{"voluntary", switches->voluntary},
          {"involuntary", switches->involuntary},
          {"total", switches->voluntary + switches->involuntary},
          {"per_op", number(switches->per_op)},
          {"source", switches->source}};
}

Json syscalls_json(Json& reasons, const Measured<SystemCalls>& syscalls) {
  if (!syscalls) {
    reasons["syscalls"] = syscalls.reason;
    return {};
  }
  return {{"per_op", number(syscalls->per_op)}, {"source", syscalls->source}};
}

Json fairness_json(const std::optional<Evenness>& fairness) {
  if (!fairness) return {};
  return {{"least_ops_per_connection", fairness->least_ops_per_connection},
          {"most_ops_per_connection", fairness->most_ops_per_connection}};
}

Json row_json(const Row& row) {
  Json reasons = Json::object();
  Json object = {{"backend", row.backend},
                 {"control", row.control},
                 {"baseline", row.baseline},
                 {"reference", row.reference},
                 {"backend_version", row.backend_version},
                 {"status", to_string(row.status)},
                 {"rounds", row.rounds},
                 {"rounds_ok", row.rounds_ok},
                 {"reason", text_or_null(row.reason)},
                 {"mend", text_or_null(row.mend)},
                 {"caveats", row.caveats},
                 {"rank", or_null(row.rank)},
                 {"elapsed_s", number(row.elapsed_s)},
                 {"ops", row.ops},
                 {"verified_ops", row.verified_ops}};
  object["throughput_ops_per_s"] =
      figure(reasons, "throughput_ops_per_s", row.throughput_ops_per_s);
  object["throughput_is_lower_bound"] = row.throughput_is_lower_bound;
  object["throughput_bytes_per_s"] =
      figure(reasons, "throughput_bytes_per_s", row.throughput_bytes_per_s);
  object["latency_ns"] = latency_to_json(row.latency);
  object["latency_percentiles"] = percentiles_json(row.latency);
  object["intervals"] = intervals_json(row.bands);
  object["cpu"] = cpu_json(reasons, row.cpu);
  object["context_switches"] = switches_json(reasons, row.context_switches);
  object["syscalls"] = syscalls_json(reasons, row.syscalls);
  object["max_rss_bytes"] = figure(reasons, "max_rss_bytes", row.max_rss_bytes);
  object["threads_peak"] = figure(reasons, "threads_peak", row.threads_peak);
  object["kernel_workers"] = figure(reasons, "kernel_workers", row.kernel_workers);
  object["generator_cpu_utilisation"] =
      figure(reasons, "generator_cpu_utilisation", row.generator_cpu_utilisation);
  object["fairness"] = fairness_json(row.fairness);
  object["times_ns"] = Json::object();
  for (const auto& [name, histogram] : row.times) {
    object["times_ns"][name] = latency_to_json(histogram);
  }
  object["times_percentiles"] = Json::object();
  for (const auto& [name, histogram] : row.times) {
    if (is_own_cost(name)) object["times_percentiles"][name] = percentiles_json(histogram);
  }
  object["figures"] = Json::object();
  for (const auto& [name, value] : row.figures) {
    object["figures"][name] = figure(reasons, name.c_str(), value);
  }
  object["audit"] = audit_json(row.audit);
  object["slices"] = slices_json(row.slices);
  object["effective"] = row.effective;
  object["reasons"] = std::move(reasons);
  return object;
}

Json group_json(std::span<const Group> groups, std::size_t index) {
  const Group& group = groups[index];
  Json object = {{"scenario", group.scenario},
                 {"params", group.params},
                 {"label", varied_params(groups, index)},
                 {"operation", group.words.operation},
                 {"rounds", group.rounds},
                 {"cycles_per_round", group.cycles_per_round},
                 {"ranking_metric", to_string(group.ranking_metric)},
                 {"ranking_reason", text_or_null(group.ranking_reason)},
                 {"rows", Json::array()},
                 {"comparisons", Json::array()},
                 {"control_comparisons", Json::array()},
                 {"reference_comparisons", Json::array()}};
  for (const Row& row : group.rows) object["rows"].push_back(row_json(row));
  for (const Comparison& comparison : group.comparisons) {
    object["comparisons"].push_back(comparison_json(group, comparison));
  }
  for (const Comparison& comparison : group.control_comparisons) {
    object["control_comparisons"].push_back(comparison_json(group, comparison));
  }
  for (const Comparison& comparison : group.reference_comparisons) {
    object["reference_comparisons"].push_back(comparison_json(group, comparison));
  }
  return object;
}

}  // namespace

Json summary(const Analysis& analysis) {
  Json summary = {
      {"schema", "ringside.summary/1"}, {"findings", Json::array()}, {"groups", Json::array()}};
  for (const Finding& finding : analysis.findings) {
    summary["findings"].push_back({{"kind", to_string(finding.kind)},
                                   {"warning", finding.warning},
                                   {"group", or_null(finding.group)},
                                   {"text", finding.text}});
  }
  for (std::size_t i = 0; i < analysis.groups.size(); ++i) {
    summary["groups"].push_back(group_json(analysis.groups, i));
  }
  summary["sweeps"] = Json::array();
  for (const Sweep& sweep : analysis.sweeps) {
    summary["sweeps"].push_back(sweep_json(analysis.groups, sweep));
  }
  return summary;
}

std::string summary_json(const Json& summary) {
  constexpr bool ascii_only = true;  // it is also shown on terminals, where data must not act
  return summary.dump(2, ' ', ascii_only, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringside
