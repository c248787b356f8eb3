#include "harness/report/render/page.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"
#include "harness/report/analysis/analysis.hpp"
#include "harness/report/analysis/units.hpp"
#include "harness/report/render/footnotes.hpp"

namespace ringside {

namespace {

constexpr std::size_t longest_name = 24;

std::string display_name(const Row& row) {
  const std::string name = shortened(printable(row.backend), longest_name);
  return name + (row.control ? " (control)" : row.reference ? " (reference)" : "");
}

/// Lays out the table of one group. Columns get one unit each, chosen over all rows.
class SectionMaker {
 public:
  explicit SectionMaker(const Group& group) : group_(group), wording_(group.words) {}

  Section make();

 private:
  Table comparison_table();
  Table times_table();
  Table figures_table();
  void choose_units();
  std::vector<Column> columns() const;
  std::optional<double> throughput_of(const Row& row) const;
  std::vector<TableCell> row_cells(std::size_t index);
  std::vector<TableCell> figure_cells(std::size_t index);
  TableCell rank_cell(const Row& row) const;
  TableCell name_cell(const Row& row);
  TableCell throughput_cell(const Row& row);
  TableCell ratio_cell(std::size_t index);
  TableCell latency_cell(const Row& row, double percentile);
  double bar_of(const Row& row) const;
  TableCell missing(const std::string& reason);
  std::vector<std::size_t> display_order() const;
  std::vector<std::string> caveats() const;
  std::vector<std::string> obtained() const;
  std::string legend() const;

  template <typename Figure>
  Unit column_unit(std::span<const Unit> units, Figure figure) const {
    std::vector<double> values;
    for (const Row& row : group_.rows) {
      const std::optional<double> value = figure(row);
      if (value) values.push_back(*value);
    }
    return unit_for(values, units);
  }

  template <typename T, typename Figure>
  TableCell figure_cell(const Measured<T>& figure, Figure text) {
    return figure ? TableCell{text(*figure)} : missing(figure.reason);
  }

  const Group& group_;
  const WorkWords& wording_;
  Footnotes footnotes_;
  Section section_;
  Unit throughput_unit_, latency_unit_, cpu_unit_, memory_unit_;
};

std::optional<double> percentile_of(const Latencies& times, double percentile) {
  const auto value = times.supported_percentile(percentile);
  return value ? std::optional(static_cast<double>(value->count())) : std::nullopt;
}

/// What the unit of a distribution's columns is chosen by: its middle, or what else of it there is.
/// A percentile has no value where few samples lie beyond it, and a unit is still needed.
std::optional<double> typical(const Latencies& times) {
  for (const double percentile : {50.0, 90.0, 99.0, 99.9}) {
    if (const auto value = percentile_of(times, percentile)) return value;
  }
  return times.count() > 0 ? std::optional(static_cast<double>(times.mean().count()))
                           : std::nullopt;
}

TableCell SectionMaker::missing(const std::string& reason) {
  return {"—", footnotes_.number(printable(reason)), Tone::quiet};
}

std::optional<double> SectionMaker::throughput_of(const Row& row) const {
  return wording_.by_bytes ? row.throughput_bytes_per_s.value : row.throughput_ops_per_s.value;
}

void SectionMaker::choose_units() {
  const std::span<const Unit> units =
      wording_.by_bytes ? std::span<const Unit>(byte_units) : std::span<const Unit>(count_units);
  throughput_unit_ = column_unit(units, [&](const Row& row) { return throughput_of(row); });
  latency_unit_ = column_unit(time_units, [](const Row& row) { return typical(row.latency); });
  cpu_unit_ = column_unit(time_units, [](const Row& row) {
    return row.cpu ? std::optional(row.cpu->total_ns_per_op) : std::nullopt;
  });
  memory_unit_ = column_unit(byte_units, [](const Row& row) {
    return row.max_rss_bytes ? std::optional(static_cast<double>(*row.max_rss_bytes))
                             : std::nullopt;
  });
}

/// The row's figure in the ranking metric over the greatest one.
double SectionMaker::bar_of(const Row& row) const {
  const auto figure = [&](const Row& one) {
    if (group_.ranking_metric == Metric::throughput) return throughput_of(one).value_or(0);
    return one.cpu ? one.cpu->total_ns_per_op : 0.0;
  };
  double greatest = 0;
  for (const Row& one : group_.rows) greatest = std::max(greatest, figure(one));
  return greatest > 0 ? figure(row) / greatest : 0;
}

std::vector<Column> SectionMaker::columns() const {
  const std::string per_op = fmt::format("/{}", wording_.unit);
  const std::string throughput =
      wording_.by_bytes ? std::string(throughput_unit_.name)
                        : fmt::format("{}{}{}", throughput_unit_.name,
                                      throughput_unit_.name.empty() ? "" : " ", wording_.unit);
  const bool by_throughput = group_.ranking_metric == Metric::throughput;
  const std::string latency(latency_unit_.name);
  return {
      {"#", "", false},
      {"backend", "", true},
      {"throughput", throughput + "/s", false, by_throughput},
      {by_throughput ? "ratio" : "CPU ratio", ""},
      {"interval", ""},
      {.name = "p50", .unit = latency, .is_detail = true},
      {"p99", latency},
      {.name = "p99.9", .unit = latency, .is_detail = true},
      {"CPU", fmt::format("{}{}", cpu_unit_.name, per_op), false, !by_throughput},
      {.name = "user+sys", .unit = "", .is_detail = true},
      {.name = "switches", .unit = per_op, .is_detail = true},
      {.name = "syscalls", .unit = per_op, .is_detail = true},
      {.name = "RSS", .unit = std::string(memory_unit_.name), .is_detail = true},
  };
}

TableCell SectionMaker::rank_cell(const Row& row) const {
  if (!row.rank) return {};
  const auto same_rank = [&](const Row& other) { return other.rank == row.rank; };
  const bool shared = std::ranges::count_if(group_.rows, same_rank) > 1;
  return {fmt::format("{}{}", *row.rank, shared ? "=" : " "), 0,
          *row.rank == 1 ? Tone::good : Tone::plain};
}

TableCell SectionMaker::name_cell(const Row& row) {
  TableCell cell{display_name(row)};
  if (row.status == RowStatus::partly) {
    cell.note = footnotes_.number(fmt::format("{} of {} rounds", row.rounds_ok, row.rounds));
  }
  return cell;
}

TableCell SectionMaker::throughput_cell(const Row& row) {
  const std::optional<double> throughput = throughput_of(row);
  if (!throughput) return missing(row.throughput_ops_per_s.reason);
  return {fmt::format("{}{}", row.throughput_is_lower_bound ? "≥" : "",
                      significant(*throughput / throughput_unit_.size, 4))};
}

TableCell SectionMaker::latency_cell(const Row& row, double percentile) {
  return figure_cell(row.latency.percentile(percentile), [&](std::chrono::nanoseconds value) {
    return significant(static_cast<double>(value.count()) / latency_unit_.size, 3);
  });
}

/// The ratio to the baseline; the interval has a column of its own.
TableCell SectionMaker::ratio_cell(std::size_t index) {
  if (group_.baseline == index) return {"baseline", 0, Tone::quiet};
  if (!group_.baseline) return missing("no baseline was run");
  const Comparison* comparison = against_baseline(group_, index, group_.ranking_metric);
  if (comparison == nullptr || !comparison->ratio) {
    return missing(comparison == nullptr ? "not compared" : comparison->reason);
  }
  const Tone tone = a_is_better(*comparison)   ? Tone::good
                    : b_is_better(*comparison) ? Tone::bad
                                               : Tone::plain;
  return {ratio_text(*comparison->ratio), 0, tone};
}

TableCell interval_cell(const Comparison* comparison) {
  if (comparison == nullptr || !comparison->low) return {};
  return {fmt::format("{}–{}", ratio_text(*comparison->low), ratio_text(*comparison->high))};
}

std::vector<TableCell> SectionMaker::figure_cells(std::size_t index) {
  const Row& row = group_.rows[index];
  const Comparison* comparison = against_baseline(group_, index, group_.ranking_metric);
  TableCell range = interval_cell(comparison);
  if (comparison != nullptr && comparison->ratio && !comparison->low) {
    range = missing(comparison->reason);
  }
  const auto three = [](double value) { return significant(value, 3); };
  const auto cpu = [&](double ns) { return significant(ns / cpu_unit_.size, 3); };
  return {
      throughput_cell(row),
      ratio_cell(index),
      range,
      latency_cell(row, 50),
      latency_cell(row, 99),
      latency_cell(row, 99.9),
      figure_cell(row.cpu, [&](const CpuUse& use) { return cpu(use.total_ns_per_op); }),
      figure_cell(row.cpu,
                  [&](const CpuUse& use) {
                    const double total = use.total_ns_per_op / cpu_unit_.size;
                    return fmt::format("{:.{}f}+{:.{}f}", use.user_ns_per_op / cpu_unit_.size,
                                       decimals_for(total, 3),
                                       use.system_ns_per_op / cpu_unit_.size,
                                       decimals_for(total, 3));
                  }),
      figure_cell(row.context_switches,
                  [&](const ContextSwitches& switches) { return three(switches.per_op); }),
      figure_cell(row.syscalls, [&](const SystemCalls& calls) { return three(calls.per_op); }),
      figure_cell(row.max_rss_bytes,
                  [&](std::uint64_t bytes) {
                    return three(static_cast<double>(bytes) / memory_unit_.size);
                  }),
  };
}

std::vector<TableCell> SectionMaker::row_cells(std::size_t index) {
  const Row& row = group_.rows[index];
  std::vector<TableCell> cells = {rank_cell(row), name_cell(row)};
  if (row.rounds_ok > 0) {
    std::ranges::move(figure_cells(index), std::back_inserter(cells));
    const std::vector<Column> all = columns();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].has_bars) cells[i].bar = bar_of(row);
    }
    return cells;
  }
  // Why is said by a finding under the table.
  cells.push_back({std::string(to_string(row.status)), 0, Tone::bad});
  cells.resize(columns().size());
  return cells;
}

/// By rank, then by figure; control and references behind the backends, rows without figures last.
std::vector<std::size_t> SectionMaker::display_order() const {
  std::vector<std::size_t> order(group_.rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::size_t i) {
    const Row& row = group_.rows[i];
    const double cost = group_.ranking_metric == Metric::throughput
                            ? -row.throughput_ops_per_s.value.value_or(0)
                            : (row.cpu ? row.cpu->total_ns_per_op : 0);
    constexpr int behind_all = std::numeric_limits<int>::max();
    return std::tuple(row.rounds_ok == 0, row.reference, row.control, row.rank.value_or(behind_all),
                      cost);
  };
  std::ranges::stable_sort(order, {}, key);
  return order;
}

std::vector<std::string> SectionMaker::caveats() const {
  std::map<std::string, std::vector<std::string>> rows_by_caveat;
  for (const Row& row : group_.rows) {
    for (const std::string& caveat : row.caveats) {
      rows_by_caveat[printable(caveat)].push_back(display_name(row));
    }
  }
  const auto with_figures =
      std::ranges::count_if(group_.rows, [](const Row& row) { return row.rounds_ok > 0; });
  std::vector<std::string> result;
  for (const auto& [caveat, names] : rows_by_caveat) {
    const bool everybody = std::ssize(names) >= with_figures;
    result.push_back(everybody ? caveat : fmt::format("{} ({})", caveat, fmt::join(names, ", ")));
  }
  return result;
}

/// What every backend with figures says alike, when there are several to agree.
std::map<std::string, std::string> agreed_facts(const std::vector<Row>& rows) {
  std::map<std::string, std::string> agreed;
  std::size_t speakers = 0;
  for (const Row& row : rows) {
    if (row.control || row.reference || row.effective.empty()) continue;
    if (speakers++ == 0) agreed = row.effective;
    std::erase_if(agreed, [&](const auto& fact) {
      const auto said = row.effective.find(fact.first);
      return said == row.effective.end() || said->second != fact.second;
    });
  }
  return speakers > 1 ? agreed : std::map<std::string, std::string>();
}

std::vector<std::string> SectionMaker::obtained() const {
  std::vector<std::string> result;
  const std::map<std::string, std::string> agreed = agreed_facts(group_.rows);
  const auto add = [&](const std::string& who, const std::map<std::string, std::string>& facts) {
    std::vector<std::string> words;
    for (const auto& [name, value] : facts) words.push_back(name + " " + value);
    if (words.empty()) return;
    result.push_back(printable(fmt::format("{}: {}", who, fmt::join(words, ", "))));
  };
  add("all backends", agreed);
  for (const Row& row : group_.rows) {
    if (row.control) continue;
    std::map<std::string, std::string> own = row.effective;
    std::erase_if(own, [&](const auto& fact) {
      const auto said = agreed.find(fact.first);
      return said != agreed.end() && said->second == fact.second;
    });
    add(display_name(row), own);
  }
  return result;
}

std::string SectionMaker::legend() const {
  std::string text = fmt::format("{} round{}", group_.rounds, group_.rounds == 1 ? "" : "s");
  if (group_.cycles_per_round > 0) text += fmt::format(" of {} cycles", group_.cycles_per_round);
  if (!group_.baseline) return text;
  text += fmt::format("; ratio: {} ÷ that of {}, {} is better",
                      noun_of(group_.ranking_metric, group_.words),
                      display_name(group_.rows[*group_.baseline]),
                      higher_is_better(group_.ranking_metric) ? "higher" : "lower");
  const bool any_judged =
      std::ranges::any_of(group_.comparisons, [&](const Comparison& comparison) {
        return comparison.metric == group_.ranking_metric && comparison.p_adjusted;
      });
  if (any_judged) text += "; the chance that any difference told is false is 5 % at most";
  return text;
}

Table SectionMaker::comparison_table() {
  Table table{.columns = columns(), .rows = {}};
  for (const std::size_t index : display_order()) table.rows.push_back(row_cells(index));
  return table;
}

/// Every name that some row has, in order.
template <typename Value>
std::vector<std::string> names_in(const std::vector<Row>& rows,
                                  std::map<std::string, Value> Row::*own) {
  std::set<std::string> names;
  for (const Row& row : rows) {
    for (const auto& [name, value] : row.*own) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::string in_words(std::string_view name) {
  std::string words = printable(name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

/// Two columns a time, its p50 and p99; the unit is chosen for each time.
Table SectionMaker::times_table() {
  const std::vector<std::string> names = names_in(group_.rows, &Row::times);
  Table table{.columns = {{"backend", "", true}}, .rows = {}};
  std::vector<Unit> units;
  const Latencies empty;
  const auto times_of = [&](const Row& row, const std::string& name) -> const Latencies& {
    const auto found = row.times.find(name);
    return found == row.times.end() ? empty : found->second;
  };
  for (const std::string& name : names) {
    units.push_back(
        column_unit(time_units, [&](const Row& row) { return typical(times_of(row, name)); }));
    table.columns.push_back({in_words(name), fmt::format("p50 {}", units.back().name)});
    table.columns.push_back({"", fmt::format("p99 {}", units.back().name)});
  }
  for (const std::size_t index : display_order()) {
    const Row& row = group_.rows[index];
    if (row.times.empty()) continue;
    std::vector<TableCell> cells{{display_name(row)}};
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const double percent : {50.0, 99.0}) {
        const auto value = percentile_of(times_of(row, names[i]), percent);
        cells.push_back(value ? TableCell{significant(*value / units[i].size, 3)}
                              : missing("fewer than 10 samples lie beyond this percentile"));
      }
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// A column a figure, whose unit stands in its name; times get one that reads well.
Table SectionMaker::figures_table() {
  constexpr std::string_view in_ns = "_ns";
  const std::vector<std::string> names = names_in(group_.rows, &Row::figures);
  Table table{.columns = {{"backend", "", true}}, .rows = {}};
  std::vector<Unit> units;
  for (const std::string& name : names) {
    const std::size_t per = name.find("_per_");
    const bool divided = per != std::string::npos;
    std::string stem = name.substr(0, per);
    units.emplace_back();
    if (stem.ends_with(in_ns)) {
      stem.resize(stem.size() - in_ns.size());
      units.back() = column_unit(time_units, [&](const Row& row) {
        const auto found = row.figures.find(name);
        return found == row.figures.end() ? std::nullopt : found->second.value;
      });
    }
    table.columns.push_back(
        {in_words(stem), std::string(units.back().name) +
                             (divided ? "/" + in_words(name.substr(per + 5)) : std::string())});
  }
  for (const std::size_t index : display_order()) {
    const Row& row = group_.rows[index];
    if (row.figures.empty()) continue;
    std::vector<TableCell> cells{{display_name(row)}};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto found = row.figures.find(names[i]);
      const auto text = [&](double value) { return significant(value / units[i].size, 3); };
      cells.push_back(found == row.figures.end() ? missing("not measured for this row")
                                                 : figure_cell(found->second, text));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Section SectionMaker::make() {
  section_.title = describe_work(group_.scenario, group_.params);
  section_.legend = legend();
  choose_units();
  section_.tables.push_back(comparison_table());
  for (Table table : {times_table(), figures_table()}) {
    if (table.rows.empty()) continue;
    for (Column& column : table.columns) column.is_detail = true;
    section_.tables.push_back(std::move(table));
  }
  section_.footnotes = footnotes_.take();
  section_.caveats = caveats();
  section_.obtained = obtained();
  return std::move(section_);
}

}  // namespace

Page make_page(const Analysis& analysis) {
  Page page;
  for (const Group& group : analysis.groups) page.sections.push_back(SectionMaker(group).make());
  for (const Finding& finding : analysis.findings) {
    std::vector<Sentence>& findings = finding.group && finding.kind != FindingKind::control
                                          ? page.sections[*finding.group].findings
                                          : page.findings;
    findings.push_back({printable(finding.text), finding.warning});
  }
  return page;
}

}  // namespace ringside
