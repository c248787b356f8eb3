// What values a flag or positional takes, kept with the option itself. Help and parsing stay as
// they are: each command checks its own words, and says more than CLI11 when one is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>

namespace ringside {

/// Notes the words that a value may be, none of which has a blank in it. Returns `option`.
CLI::Option* know_words(CLI::Option* option, const std::vector<std::string_view>& words);

/// Notes that the value is the path of a file or folder. Returns `option`.
CLI::Option* know_path(CLI::Option* option);

/// The words that were noted; empty where none were.
std::vector<std::string> known_words(CLI::Option& option);

/// Whether its value was noted to be a path.
bool is_path(CLI::Option& option);

}  // namespace ringside
