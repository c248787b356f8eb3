// The command line as a page for man(1).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/manual/described_command.hpp"

namespace ringside {

/// What a man page says beside the flags: what it explains, and the explanation.
struct ManSection {
  std::string heading;  ///< in capitals
  std::string text;     ///< before the list; may be empty
  std::vector<std::pair<std::string, std::string>> list;
};

/// The page in roff, ASCII only: every subcommand of `app` with every flag, `description` before
/// them and `sections` after.
std::string man_page(const DescribedCommand& app, const std::string& version,
                     const std::string& description, const std::vector<ManSection>& sections);

}  // namespace ringside
