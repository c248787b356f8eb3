// The forms in which an analysis leaves the program. All are pure functions.
#pragma once

#include <span>
#include <string>

#include "base/json.hpp"

namespace ringside {

struct Analysis;
struct Measurement;
struct Page;
struct Repeat;

struct TableStyle {
  bool colour = false;  ///< terminal escape sequences; the caller knows the terminal's wishes
  bool ascii = false;   ///< for terminals without UTF-8
};

/// For a terminal of 120 columns. Nothing in it that comes from data can act on the terminal.
std::string table(const Page& page, const TableStyle& style);

/// GitHub's Markdown, for a pull request: the same content, with what is long folded away, and how
/// to repeat the run. Nothing in it that comes from data can become markup.
std::string markdown(const Page& page, const Repeat& repeat);

/// The CSV files, documented in docs/FORMAT.md: units in column names, quoted as in RFC 4180, and
/// nothing in them that a spreadsheet would run as a formula.
///
/// summary.csv: a line a backend and set of parameters.
std::string summary_csv(const Analysis& analysis);

/// trials.csv: a line a trial.
std::string trials_csv(std::span<const Measurement> trials);

/// percentiles.csv: a line for each point of each distribution of each backend.
std::string percentiles_csv(const Analysis& analysis);

/// summary.json as a value, form "ringside.summary/1", documented in docs/FORMAT.md.
Json summary(const Analysis& analysis);

/// The file's text for such a value.
std::string summary_json(const Json& summary);

}  // namespace ringside
