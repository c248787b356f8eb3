#include "harness/cli/unknown_word.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/names.hpp"

namespace ringside {

namespace {

Error unknown(std::string_view kind, std::string_view word, const std::vector<std::string>& known) {
  return unknown_name(kind, word, std::vector<std::string_view>(known.begin(), known.end()));
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::vector<std::string> subcommands_of(const CLI::App& app) {
  std::vector<std::string> names;
  // Those without a group are hidden.
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

}  // namespace

std::optional<Error> find_unknown_word(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  const auto is_flag = [](const std::string& word) { return word.starts_with("--"); };
  const auto flag = std::ranges::find_if(words, is_flag);
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  if (flag != words.end()) {
    return unknown("flag", flag->substr(0, flag->find('=')),
                   flags_of(chosen.empty() ? app : *chosen.front()));
  }
  if (chosen.empty() && !words.empty()) {
    return unknown("subcommand", words.front(), subcommands_of(app));
  }
  return std::nullopt;
}

void refuse_flags_without_value(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (!word.starts_with("--") || word.find('=') != word.size() - 1) continue;
    throw Error(fmt::format("the value of {} is empty", word.substr(0, word.size() - 1)),
                "give it one, or leave it out for the default");
  }
}

void refuse_empty_values(CLI::App& app) {
  const CLI::Validator not_empty(
      [](const std::string& text) {
        if (text.empty()) return std::string("its value is empty; leave it out for the default");
        if (!text.starts_with("--")) return std::string();
        return fmt::format("its value is missing: '{}' looks like a flag", text);
      },
      "");
  for (CLI::Option* option : app.get_options({})) {
    if (option->get_expected_min() > 0) option->check(not_empty);
  }
  for (CLI::App* command : app.get_subcommands({})) refuse_empty_values(*command);
}

}  // namespace ringside
