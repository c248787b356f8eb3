#include "harness/cli/list.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/backend.hpp"
#include "harness/cli/terminal.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string offers(const Backend& backend, std::span<const Scenario> scenarios) {
  std::vector<std::string_view> names;
  for (const Scenario& scenario : scenarios) {
    if (backend.cell(scenario.name) != nullptr) names.push_back(scenario.name);
  }
  return names.empty() ? "no scenario" : fmt::format("{}", fmt::join(names, ", "));
}

/// As Backend::available, of one of its cells.
Availability availability_of(const Cell* cell) {
  return cell == nullptr || cell->available == nullptr ? Availability{} : cell->available();
}

/// Whether cells of this scenario need more than the rest of their backends do.
bool asks_more(const Scenario& scenario, std::span<const Backend> backends) {
  return std::ranges::any_of(backends, [&](const Backend& backend) {
    const Cell* const cell = backend.cell(scenario.name);
    return cell != nullptr && cell->available != nullptr;
  });
}

/// Why and how to mend it; null where there is nothing to mend.
Json obstacle(const Availability& availability) {
  if (availability.yes) return nullptr;
  return {{"reason", availability.reason}, {"mend", text_or_null(availability.mend)}};
}

/// What a person wants to know of a backend beside its summary, a line each.
std::vector<std::string> details(const Backend& backend, std::span<const Scenario> scenarios) {
  const Availability availability = backend.available();
  if (!availability.yes) {
    std::vector<std::string> lines{"cannot run here: " + availability.reason};
    if (!availability.mend.empty()) lines.push_back("mend: " + availability.mend);
    return lines;
  }
  const std::string version = backend.version();
  std::vector<std::string> lines{fmt::format("offers {}{}{}", offers(backend, scenarios),
                                             version.empty() ? "" : "; ", version)};
  for (const Scenario& scenario : scenarios) {
    const Availability of_cell = availability_of(backend.cell(scenario.name));
    if (of_cell.yes) continue;
    lines.push_back(fmt::format("{} cannot run here: {}", scenario.name, of_cell.reason));
    if (!of_cell.mend.empty()) lines.push_back("mend: " + of_cell.mend);
  }
  return lines;
}

template <typename Table>
std::size_t widest_name(const Table& table) {
  std::size_t width = 0;
  for (const auto& row : table) width = std::max(width, row.name.size());
  return width;
}

}  // namespace

std::string list_text(std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  const std::size_t width = std::max(widest_name(backends), widest_name(scenarios));
  std::string text = "Scenarios\n";
  for (const Scenario& scenario : scenarios) {
    text += fmt::format("  {:<{}}  {}\n", scenario.name, width, scenario.summary);
  }
  text += "\nBackends\n";
  for (const Backend& backend : backends) {
    text += fmt::format("  {:<{}}  {}\n", backend.name, width, backend.summary);
    for (const std::string& line : details(backend, scenarios)) {
      text += fmt::format("  {:<{}}  {}\n", "", width, line);
    }
  }
  return text;
}

Json list_json(std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  Json scenario_rows = Json::array();
  for (const Scenario& scenario : scenarios) {
    scenario_rows.push_back({{"name", scenario.name}, {"summary", scenario.summary}});
  }
  Json backend_rows = Json::array();
  for (const Backend& backend : backends) {
    const Availability availability = backend.available();
    Json offered = Json::object();
    for (const Scenario& scenario : scenarios) {
      offered[std::string(scenario.name)] = backend.cell(scenario.name) != nullptr;
    }
    Json row{{"name", backend.name},
             {"summary", backend.summary},
             {"version", text_or_null(backend.version())},
             {"available", availability.yes},
             {"reason", text_or_null(availability.reason)},
             {"mend", text_or_null(availability.mend)},
             {"offers", offered}};
    for (const Scenario& scenario : scenarios) {
      if (!asks_more(scenario, backends)) continue;
      row[fmt::format("{}_obstacle", scenario.name)] =
          obstacle(availability_of(backend.cell(scenario.name)));
    }
    backend_rows.push_back(std::move(row));
  }
  return {{"schema", "ringside.list/1"}, {"scenarios", scenario_rows}, {"backends", backend_rows}};
}

void add_list(CLI::App& app, std::span<const Backend> backends,
              std::span<const Scenario> scenarios) {
  const auto json = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("list", "Name every backend and scenario of this build");
  command->add_flag("--json", *json, "For programs: ringside.list/1");
  command->callback([json, backends, scenarios] {
    if (*json) {
      put_output(
          list_json(backends, scenarios).dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
    } else {
      put_output(list_text(backends, scenarios));
    }
  });
}

}  // namespace ringside
