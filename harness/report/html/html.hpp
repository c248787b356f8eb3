// Pages for a browser: each is one file that opens from the disk, with its data and all that shows
// it inside.
#pragma once

#include <string>

#include "base/json.hpp"

namespace ringside {

/// What one run gives the page.
struct HtmlRun {
  std::string name;        ///< of its folder
  Json summary;            ///< form "ringside.summary/1"
  Json run;                ///< form "ringside.run/1"; null when it could not be read …
  std::string run_reason;  ///< … and why
  std::string command;     ///< that does the run again, for a shell; empty when it is not known
};

/// What two runs held against each other give the page.
struct HtmlComparison {
  Json comparison;  ///< form "ringside.compare/1"
  Json findings;    ///< what changed, in sentences: a list of `text` and `warning`
  HtmlRun base;
  HtmlRun head;
  std::string command;  ///< that makes this page again, for a shell
};

/// The whole page. Data goes into it as JSON inside a script element, escaped so that nothing in it
/// can end that element; the page's own code sets it as text only.
std::string html(const HtmlRun& run);
std::string html(const HtmlComparison& comparison);

}  // namespace ringside
