// From a run's folder to its pages. The whole way, as a run takes it:
//
//   const ClaimedFolder claimed = claim_run_folder(path);
//   JsonlWriter trials(claimed.folder.trials_jsonl());
//   … trials.append(to_json(measurement));            after each round
//   const Analysis analysis = write_report_files(claimed.folder, unwritten);
//   fmt::print("{}", render(analysis, Format::table, {.colour = true}));
//
// `ringside report DIR` begins at read_old_run(), since what is there already must not be lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "harness/record/run_folder.hpp"
#include "harness/report/analysis/analysis.hpp"
#include "harness/report/render/repeat.hpp"

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
/// used up to its damage, which becomes the first finding. Those that cannot be written are added
/// to `unwritten`; the others are written nevertheless. Throws Error when trials.jsonl cannot be
/// read.
Analysis write_report_files(const RunFolder& folder, std::vector<Error>& unwritten);

/// What write_report_files returns, without writing anything.
Analysis analyse_folder(const RunFolder& folder);

/// A run of which a report is made again.
struct OldRun {
  TrialsRead read;
  Analysis analysis;
};

/// Reads an old run. Throws Error when there is no trial in it that can be read, or its run.json is
/// there and cannot be.
OldRun read_old_run(const RunFolder& folder);

/// Writes the report of an old run, as write_report_files does.
void write_report_files(const RunFolder& folder, const OldRun& run, std::vector<Error>& unwritten);

/// Throws Error when a file of the report is there that was made from more trials than can be read
/// now: nothing could bring it back.
void require_nothing_is_lost(const RunFolder& folder, const OldRun& run);

}  // namespace ringside
