#include "harness/report/render/report.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/laws/judged_run.hpp"
#include "harness/record/atomic_file.hpp"
#include "harness/record/json_reader.hpp"
#include "harness/report/html/html.hpp"
#include "harness/report/render/formats.hpp"
#include "harness/report/render/page.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

/// What the page shows. When run.json cannot be read, the page says why.
HtmlRun page_of(const RunFolder& folder, Json summary) {
  HtmlRun page;
  page.name = folder.name();
  page.summary = std::move(summary);
  try {
    page.run = read_run_json(folder);
    page.command = how_to_repeat(page.run).command;
  } catch (const Error& error) {
    page.run_reason = error.what();
  }
  return page;
}

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

/// Of every row of every group.
std::size_t rounds_in(const Json& summary) {
  std::size_t rounds = 0;
  for (const Json& group : summary.at("groups")) {
    for (const Json& row : group.at("rows")) rounds += row.at("rounds").get<std::size_t>();
  }
  return rounds;
}

/// The data of a page of one run, without all that shows it.
Json data_of(std::string_view page) {
  constexpr std::string_view opening = "id=\"data\">";
  const std::size_t begin = page.find(opening);
  if (begin == std::string_view::npos) return nullptr;
  page.remove_prefix(begin + opening.size());
  return parse_json(page.substr(0, page.find("</script>")));
}

std::size_t rounds_in(const Analysis& analysis) {
  std::size_t rounds = 0;
  for (const Group& group : analysis.groups) {
    for (const Row& row : group.rows) rounds += row.rounds;
  }
  return rounds;
}

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// How much is in a file of a report; 0 where it cannot be told.
std::size_t extent(const fs::path& file, std::size_t (*measure)(const std::string& content)) try {
  return fs::is_regular_file(file) ? measure(content(file)) : 0;
} catch (const std::exception&) {
  return 0;  // another program's, or damaged: there is nothing in it that could be lost
}

/// Damage to the file that was read becomes the first finding.
Analysis analyse(const TrialsRead& read) {
  Analysis analysis = analyse(read.trials);
  if (!read.warning.empty()) {
    analysis.findings.insert(analysis.findings.begin(),
                             {FindingKind::incomplete, true, std::nullopt, read.warning});
  }
  return analysis;
}

}  // namespace

std::string render(const Analysis& analysis, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::table:
      return table(make_page(analysis), {.colour = options.colour, .ascii = options.ascii});
    case Format::markdown:
      return markdown(make_page(analysis), options.repeat);
    case Format::csv:
      return summary_csv(analysis);
    case Format::json:
      return summary_json(summary(analysis));
  }
  return {};
}

Analysis analyse_folder(const RunFolder& folder) {
  return analyse(read_judged_trials(folder));
}

Repeat how_to_repeat(const RunFolder& folder) {
  try {
    return how_to_repeat(read_run_json(folder));
  } catch (const Error&) {
    return {};  // a report needs no more than the trials
  }
}

Analysis write_report_files(const RunFolder& folder, std::vector<Error>& unwritten) {
  OldRun run{.read = read_judged_trials(folder), .analysis = {}};
  run.analysis = analyse(run.read);
  write_report_files(folder, run, unwritten);
  return std::move(run.analysis);
}

OldRun read_old_run(const RunFolder& folder) {
  OldRun run{.read = read_judged_trials(folder), .analysis = {}};
  if (run.read.trials.empty()) {
    throw Error(run.read.warning.empty()
                    ? fmt::format("{} holds no trials", folder.path.string())
                    : fmt::format("no trial could be read: {}", run.read.warning),
                "name the folder of a run that measured something");
  }
  std::error_code unknown;
  // A link to what is not here counts as there: a store of large files keeps such.
  if (fs::exists(fs::symlink_status(folder.run_json(), unknown))) read_run_json(folder);
  run.analysis = analyse(run.read);
  return run;
}

void write_report_files(const RunFolder& folder, const OldRun& run, std::vector<Error>& unwritten) {
  const Analysis& analysis = run.analysis;
  try_to_write_file(folder.summary_csv(), summary_csv(analysis), unwritten);
  try_to_write_file(folder.trials_csv(), trials_csv(run.read.trials), unwritten);
  try_to_write_file(folder.percentiles_csv(), percentiles_csv(analysis), unwritten);
  const HtmlRun page = page_of(folder, summary(analysis));
  try_to_write_file(folder.summary_json(), summary_json(page.summary), unwritten);
  try_to_write_file(folder.report_html(), html(page), unwritten);
}

void require_nothing_is_lost(const RunFolder& folder, const OldRun& run) {
  const auto require = [&](const fs::path& file, std::string_view unit, std::size_t before,
                           std::size_t now) {
    if (before <= now) return;
    throw Error(
        fmt::format("{} has {} {} and would get {}: nothing was written{}", file.string(), before,
                    unit, now, run.read.warning.empty() ? "" : "; " + run.read.warning),
        "bring trials.jsonl back, look at what there is with --no-write, or replace the files "
        "with --force");
  };
  const auto rounds = [](const std::string& text) { return rounds_in(parse_json(text)); };
  const auto rounds_of_page = [](const std::string& text) {
    return rounds_in(data_of(text).at("runs").at(0).at("summary"));
  };
  const auto lines = [](const std::string& text) { return lines_in(text); };
  const std::size_t now = rounds_in(run.analysis);
  require(folder.summary_json(), "rounds", extent(folder.summary_json(), rounds), now);
  require(folder.report_html(), "rounds", extent(folder.report_html(), rounds_of_page), now);
  require(folder.trials_csv(), "lines", extent(folder.trials_csv(), lines),
          lines_in(trials_csv(run.read.trials)));
  require(folder.summary_csv(), "lines", extent(folder.summary_csv(), lines),
          lines_in(summary_csv(run.analysis)));
}

}  // namespace ringside
