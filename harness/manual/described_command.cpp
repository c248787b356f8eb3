#include "harness/manual/described_command.hpp"

#include <CLI/CLI.hpp>

#include "harness/manual/known_values.hpp"

namespace ringside {

namespace {

/// As CLI11's own help has it, but for the default; it has none for the file of flags.
std::string value_of(CLI::Option& option) {
  std::string value = option.get_type_name();
  if (value.empty()) value = is_path(option) ? "PATH" : "TEXT";
  if (option.get_expected_max() == CLI::detail::expected_max_vector_size) value += " ...";
  return value;
}

DescribedOption describe(CLI::Option& option) {
  const bool takes_value = option.get_expected_min() > 0;
  DescribedOption described{
      .names = {},
      .value = takes_value ? value_of(option) : "",
      .usage = "",
      .help = option.get_description(),
      .initial = takes_value ? option.get_default_str() : "",
      .group = option.get_group(),
      .takes_value = takes_value,
      .is_list = option.get_delimiter() != '\0',
      .is_path = is_path(option),
      .repeats = option.get_expected_max() == CLI::detail::expected_max_vector_size,
      .words = known_words(option),
  };
  if (option.get_positional()) {
    described.names = {option.get_name(true)};
    described.usage = CLI::Formatter().make_option_usage(&option);
    return described;
  }
  for (const std::string& name : option.get_snames()) described.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) described.names.push_back("--" + name);
  return described;
}

}  // namespace

DescribedCommand describe(CLI::App& app) {
  DescribedCommand command{.name = app.get_name(),
                           .help = app.get_description(),
                           .positionals = {},
                           .flags = {},
                           .commands = {}};
  for (const std::string& group : app.get_groups()) {
    if (group.empty()) continue;  // hidden
    for (CLI::Option* option : app.get_options({})) {
      if (option->get_group() != group) continue;
      (option->get_positional() ? command.positionals : command.flags).push_back(describe(*option));
    }
  }
  for (CLI::App* subcommand : app.get_subcommands({})) {
    if (!subcommand->get_group().empty()) command.commands.push_back(describe(*subcommand));
  }
  return command;
}

}  // namespace ringside
