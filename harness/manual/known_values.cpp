#include "harness/manual/known_values.hpp"

#include <optional>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ringside {

namespace {

constexpr const char* words_note = "known words";
constexpr const char* path_note = "a path";

/// A validator that is not active neither checks values nor shows in help, and keeps its text.
CLI::Option* note(CLI::Option* option, const std::string& name, const std::string& text) {
  return option->check(CLI::Validator(text).name(name).active(false));
}

std::optional<std::string> noted(CLI::Option& option, const std::string& name) {
  try {
    CLI::Validator copy = *option.get_validator(name);
    return copy.active(true).get_description();
  } catch (const CLI::OptionNotFound&) {
    return std::nullopt;
  }
}

}  // namespace

CLI::Option* know_words(CLI::Option* option, const std::vector<std::string_view>& words) {
  return note(option, words_note, fmt::format("{}", fmt::join(words, " ")));
}

CLI::Option* know_path(CLI::Option* option) {
  return note(option, path_note, "");
}

std::vector<std::string> known_words(CLI::Option& option) {
  std::istringstream words(noted(option, words_note).value_or(""));
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

bool is_path(CLI::Option& option) {
  return noted(option, path_note).has_value();
}

}  // namespace ringside
