#include "harness/manual/zsh_completion.hpp"

#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/manual/shell_text.hpp"

namespace ringside {

namespace {

constexpr std::string_view zsh_head = R"(#compdef ringside
# Completes the command line of ringside in zsh. Written by `ringside manual zsh`.

_ringside() {
  local curcontext=$curcontext context state state_descr line
  typeset -A opt_args
)";

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// With a backslash before each of `special`, and before each backslash.
std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char character : text) {
    if (character == '\\' || special.find(character) != std::string_view::npos) result += '\\';
    result += character;
  }
  return result;
}

/// ":message:action" of _arguments.
std::string value_spec(std::string_view label, const DescribedOption& option) {
  const std::string message = escaped(label, ":");
  const std::string words = blank_separated(option.words);
  if (option.is_path) return fmt::format(":{}:_files", message);
  if (option.words.empty()) return fmt::format(":{}: ", message);
  if (option.is_list) return fmt::format(":{}:_values -s , {} {}", message, message, words);
  return fmt::format(":{}:({})", message, words);
}

/// The specs of one command's options for _arguments, a line each.
std::string specs(const DescribedCommand& command, std::string_view indent) {
  std::string text;
  for (const DescribedOption& flag : command.flags) {
    for (const std::string& name : flag.names) {
      std::string spec;
      // Of several names one will do.
      if (flag.names.size() > 1) spec = fmt::format("({})", fmt::join(flag.names, " "));
      spec += name;
      if (flag.takes_value) spec += name.starts_with("--") ? "=" : "+";
      spec += fmt::format("[{}]", escaped(first_line(flag.help), "[]"));
      if (flag.takes_value) spec += value_spec(name.substr(name.find_first_not_of('-')), flag);
      text += fmt::format(" \\\n{}{}", indent, shell_quoted(spec));
    }
  }
  std::size_t position = 1;
  for (const DescribedOption& positional : command.positionals) {
    const std::string place = positional.repeats ? "*" : fmt::format("{}", position++);
    const std::string& name = positional.names.front();
    text += fmt::format(" \\\n{}{}", indent, shell_quoted(place + value_spec(name, positional)));
  }
  return text;
}

}  // namespace

std::string zsh_completion(const DescribedCommand& app) {
  std::string script(zsh_head);
  script += fmt::format("  _arguments -C{}", specs(app, "    "));
  script += " \\\n    '1:subcommand:->subcommand' \\\n    '*::argument:->arguments' && return\n";
  script += "  case $state in\n    subcommand)\n      local -a subcommands=(\n";
  for (const DescribedCommand& command : app.commands) {
    const std::string row = escaped(command.name, ":") + ":" + first_line(command.help);
    script += fmt::format("        {}\n", shell_quoted(row));
  }
  script += "      )\n      _describe -t subcommands subcommand subcommands\n      ;;\n";
  script += "    arguments)\n      case $words[1] in\n";
  for (const DescribedCommand& command : app.commands) {
    script += fmt::format("        {})\n          _arguments{}\n          ;;\n",
                          shell_quoted(command.name), specs(command, "            "));
  }
  script += "      esac\n      ;;\n  esac\n}\n\n_ringside \"$@\"\n";
  return script;
}

}  // namespace ringside
