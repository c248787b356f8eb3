#include "harness/report/render/csv_columns.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ringside {

namespace {

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

}  // namespace

void put_percentile(CsvLine& line, const Latencies& latency, double percentile) {
  const auto value = latency.supported_percentile(percentile);
  line.figure(value ? std::optional<std::int64_t>(value->count()) : std::nullopt);
}

void OwnColumns::add_params(const Json& params) {
  for (const auto& [name, value] : params.items()) add_once(params_, name);
}

void OwnColumns::add_measured(const Times& times, const Figures& figures) {
  for (const auto& [name, histogram] : times) add_once(times_, name);
  for (const auto& [name, figure] : figures) add_once(figures_, name);
}

void OwnColumns::put_param_names(CsvLine& line) const {
  for (const std::string& name : params_) line.text("param." + name);
}

void OwnColumns::put_params(CsvLine& line, const Json& params) const {
  for (const std::string& name : params_) line.value(params.value(name, Json()));
}

void OwnColumns::put_measured_names(CsvLine& line) const {
  for (const std::string& name : times_) line.text(name + "_p50_ns").text(name + "_p99_ns");
  for (const std::string& name : figures_) line.text(name);
}

void OwnColumns::put_measured(CsvLine& line, const Times& times, const Figures& figures) const {
  const Latencies empty;
  for (const std::string& name : times_) {
    const auto found = times.find(name);
    const Latencies& histogram = found == times.end() ? empty : found->second;
    put_percentile(line, histogram, 50);
    put_percentile(line, histogram, 99);
  }
  for (const std::string& name : figures_) {
    const auto found = figures.find(name);
    line.figure(found == figures.end() ? std::nullopt : found->second.value);
  }
}

}  // namespace ringside
