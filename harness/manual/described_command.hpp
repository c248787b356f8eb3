// A command line as a plain value, read off what CLI11 knows of it: flags and subcommands are
// listed where they are parsed, and nowhere else.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace ringside {

/// A flag or a positional.
struct DescribedOption {
  std::vector<std::string> names;  ///< "-h", "--help"; of a positional its one name
  std::string value;    ///< what stands for its value, as in --help: "TEXT", "UINT:POSITIVE ..."
  std::string usage;    ///< of a positional, as in --help: "[scenario...]"
  std::string help;     ///< sentences without a full stop, several lines where a list is in it
  std::string initial;  ///< its default; empty: none, or the help says it
  std::string group;    ///< the heading it stands under
  bool takes_value = false;
  bool is_list = false;  ///< of values with commas between them
  bool is_path = false;
  bool repeats = false;            ///< of a positional: there may be several
  std::vector<std::string> words;  ///< what its value may be, where that is known
};

struct DescribedCommand {
  std::string name;
  std::string help;
  std::vector<DescribedOption> positionals;
  std::vector<DescribedOption> flags;      ///< by group, these in the order of --help
  std::vector<DescribedCommand> commands;  ///< without the hidden ones
};

/// What `app` parses. It is not changed.
DescribedCommand describe(CLI::App& app);

}  // namespace ringside
