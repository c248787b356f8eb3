// report.html: one file that opens from the disk, with the run's data and all that shows it inside.
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

/// The whole page. Data goes into it as JSON inside a script element, escaped so that nothing in it
/// can end that element; the page's own code sets it as text only.
std::string html(const HtmlRun& run);

}  // namespace ringside
