// The forms in which an analysis leaves the program. All are pure functions.
#pragma once

#include <string>

#include "base/json.hpp"

namespace ringside {

struct Analysis;
struct Page;

struct TableStyle {
  bool colour = false;  ///< terminal escape sequences; the caller knows the terminal's wishes
  bool ascii = false;   ///< for terminals without UTF-8
};

/// For a terminal of 120 columns. Nothing in it that comes from data can act on the terminal.
std::string table(const Page& page, const TableStyle& style);

/// GitHub's Markdown, for a pull request: the same content. Nothing in it that comes from data can
/// become markup.
std::string markdown(const Page& page);

/// summary.csv: a line a backend and set of parameters, units in column names, quoted as in RFC
/// 4180.
std::string csv(const Analysis& analysis);

/// summary.json as a value, form "ringside.summary/1", documented in docs/FORMAT.md.
Json summary(const Analysis& analysis);

/// The file's text for such a value.
std::string summary_json(const Json& summary);

}  // namespace ringside
