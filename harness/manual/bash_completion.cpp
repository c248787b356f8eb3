#include "harness/manual/bash_completion.hpp"

#include <string_view>

#include <fmt/format.h>

#include "harness/manual/shell_text.hpp"

namespace ringside {

namespace {

constexpr std::string_view bash_head =
    R"(# Completes the command line of ringside in bash. Written by `ringside manual bash`.

)";

constexpr std::string_view bash_body = R"(
_ringside() {
  local given=() word current command='' flag='' lead='' taken='' flags kind candidates
  # Unless COMP_WORDBREAKS was changed, bash takes --flag=value apart.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ $word == = ]] || given+=("$word")
  done
  [[ ${COMP_WORDS[COMP_CWORD]} == = ]] && given+=('')
  current=${given[${#given[@]} - 1]}
  unset "given[${#given[@]} - 1]"

  # Which subcommand it is, and which flag waits for its value.
  for word in "${given[@]}"; do
    if [[ -n $flag ]]; then
      flag=''
    elif [[ $word == -* ]]; then
      _ringside_flag "$command" "$word"
      [[ $kind == none ]] || flag=$word
    elif [[ -z $command ]]; then
      command=$word
    else
      taken+=",$word"
    fi
  done

  if [[ -n $flag ]]; then
    taken=''
    _ringside_flag "$command" "$flag"
  elif [[ $current == --*=* ]]; then
    lead=${current%%=*}=
    taken=''
    _ringside_flag "$command" "${lead%=}"
    current=${current#*=}
  else
    _ringside_command "$command"
    if [[ $current == -* ]]; then
      kind=word candidates=$flags
    fi
  fi

  COMPREPLY=()
  if [[ $kind == list ]]; then
    compopt -o nospace 2>/dev/null
    if [[ $current == *,* ]]; then
      taken=,${current%,*}
      lead+=${current%,*},
      current=${current##*,}
    fi
  fi
  case $kind in
    list | word)
      for word in $candidates; do
        [[ $word == "$current"* && $taken, != *",$word,"* ]] && COMPREPLY+=("$lead$word")
      done
      ;;
    path)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
  esac
}

complete -F _ringside ringside
)";

/// What the body calls the values of an option.
std::string_view kind_of(const DescribedOption& option) {
  if (option.is_path) return "path";
  if (option.words.empty()) return "text";
  return option.is_list ? "list" : "word";
}

std::string assignments(std::string_view kind, const std::vector<std::string>& candidates) {
  std::string text = fmt::format("kind={}", kind);
  if (!candidates.empty()) text += " candidates=" + shell_quoted(blank_separated(candidates));
  return text;
}

/// What may stand where no flag and no value of one does.
std::string operands(const DescribedCommand& command) {
  std::vector<std::string> words;
  for (const DescribedCommand& subcommand : command.commands) words.push_back(subcommand.name);
  for (const DescribedOption& positional : command.positionals) {
    if (positional.is_path) return assignments("path", {});
    words.insert(words.end(), positional.words.begin(), positional.words.end());
  }
  return words.empty() ? "kind=none" : assignments("word", words);
}

std::string command_case(const std::string& name, const DescribedCommand& command) {
  std::vector<std::string> flags;
  for (const DescribedOption& flag : command.flags) {
    flags.insert(flags.end(), flag.names.begin(), flag.names.end());
  }
  return fmt::format("    {}) flags={} {} ;;\n", shell_quoted(name),
                     shell_quoted(blank_separated(flags)), operands(command));
}

std::string flag_cases(const std::string& name, const DescribedCommand& command) {
  std::string cases;
  for (const DescribedOption& flag : command.flags) {
    if (!flag.takes_value) continue;
    for (const std::string& word : flag.names) {
      cases += fmt::format("    {}) {} ;;\n", shell_quoted(name + " " + word),
                           assignments(kind_of(flag), flag.words));
    }
  }
  return cases;
}

/// A function that sets variables of its caller by a case.
std::string function(std::string_view comment, std::string_view name, std::string_view initially,
                     std::string_view word, std::string_view cases) {
  return fmt::format("# {}\n{}() {{\n  {}\n  case {} in\n{}  esac\n}}\n", comment, name, initially,
                     word, cases);
}

}  // namespace

std::string bash_completion(const DescribedCommand& app) {
  // The empty name is that of `ringside` before its subcommand.
  std::string commands = command_case("", app);
  std::string flags = flag_cases("", app);
  for (const DescribedCommand& command : app.commands) {
    commands += command_case(command.name, command);
    flags += flag_cases(command.name, command);
  }
  std::string script(bash_head);
  script += function("Sets what a subcommand takes: its flags, and what else.", "_ringside_command",
                     "flags='' kind=none candidates=''", "$1", commands);
  script += "\n";
  script += function("Sets what the value of a subcommand's flag is: none, text, a path, words.",
                     "_ringside_flag", "kind=none candidates=''", "\"$1 $2\"", flags);
  script += bash_body;
  return script;
}

}  // namespace ringside
