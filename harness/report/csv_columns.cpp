#include "harness/report/csv_columns.hpp"

#include <algorithm>

namespace ringside {

void OwnColumns::add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

void OwnColumns::add_params(const Json& params) {
  for (const auto& [name, value] : params.items()) add_once(params_, name);
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

void OwnColumns::put_figures(CsvLine& line, const Figures& figures) const {
  for (const std::string& name : figures_) {
    const auto found = figures.find(name);
    line.figure(found == figures.end() ? std::nullopt : found->second.value);
  }
}

}  // namespace ringside
