// From a run's folder to its pages. The whole way, as a run takes it:
//
//   const RunFolder folder = create_run_folder(path);
//   JsonlWriter trials(folder.trials_jsonl());
//   … trials.append(to_json(measurement));            after each round
//   const Analysis analysis = write_report_files(folder);
//   fmt::print("{}", render(analysis, Format::table, {.colour = true}));
//
// `ringside report DIR` begins at write_report_files(), or at read_trials() and analyse() when it
// is to write nothing.
#pragma once

#include <string>
#include <string_view>

#include "harness/report/analysis.hpp"
#include "harness/report/repeat.hpp"
#include "harness/results/run_folder.hpp"

namespace ringside {

enum class Format { table, markdown, csv, json };

struct RenderOptions {
  bool colour = false;  ///< of the table; the caller knows NO_COLOR, TERM and --color
  bool ascii = false;   ///< of the table, where the locale is not UTF-8
  Repeat repeat{};      ///< of the Markdown
};

/// The analysis in one form, ending in a newline.
std::string render(const Analysis& analysis, Format format, const RenderOptions& options = {});

/// How the folder's run is done again; empty when its run.json cannot be read.
Repeat how_to_repeat(const RunFolder& folder);

/// Reads trials.jsonl, writes summary.csv, trials.csv, percentiles.csv, summary.json and
/// report.html beside it, each atomically, and returns what they say. A damaged trials.jsonl is
/// used up to its damage, which becomes the first finding. Throws Error when files cannot be read
/// or written.
Analysis write_report_files(const RunFolder& folder);

/// What write_report_files returns, without writing anything.
Analysis analyse_folder(const RunFolder& folder);

}  // namespace ringside
