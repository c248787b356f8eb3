#include "harness/cli/job_file.hpp"

#include <algorithm>
#include <functional>
#include <istream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/manual/known_values.hpp"

namespace ringside {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blank = " \t\r";
constexpr std::size_t most_bytes = std::size_t{1} << 20;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool acts_on_a_terminal(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return (byte < ' ' && character != '\t' && character != '\r') || byte == 0x7F;
}

/// Takes a job file apart, one line after the other.
class JobReader {
 public:
  JobReader(std::string_view name, std::string_view command) : name_(name), command_(command) {}

  void take(std::string_view line);
  std::string finish();

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& mend) const {
    throw Error(fmt::format("{}, line {}: {}", name_, line_, what), mend);
  }
  void take_section(std::string_view line);
  void take_name(std::string_view name);
  void require_own(const std::string& section) const;
  void take_value(std::string_view text);
  void take_outside_quotes(char character);
  [[noreturn]] void fail_open_list() const {
    throw Error(fmt::format("{}, line {}: the list is not closed", name_, list_began_),
                "end it with ]");
  }

  std::string_view name_;
  std::string_view command_;  // empty: none was given, which is an error of its own
  std::string section_;
  std::set<std::string, std::less<>> seen_;  // the names of flags so far
  std::string plain_;
  std::size_t line_ = 0;
  std::size_t list_began_ = 0;  // the line; 0 outside of lists
  bool after_list_ = false;
  char quote_ = 0;
};

void JobReader::take(std::string_view line) {
  ++line_;
  if (std::ranges::any_of(line, acts_on_a_terminal)) {
    fail("that is no text", "write the job as plain text in UTF-8");
  }
  line = trimmed(line);
  if (list_began_ != 0) return take_value(line);
  if (line.starts_with(';')) line = {};
  if (line.starts_with('[')) return take_section(line);
  const std::size_t equals = line.find('=');
  if (equals >= line.find('#')) {  // a name without a value, or nothing
    line = trimmed(line.substr(0, line.find('#')));
    if (!line.empty()) take_name(line);
    plain_ += '\n';
    return;
  }
  take_name(trimmed(line.substr(0, equals)));
  plain_ += '=';
  const std::string_view value = trimmed(line.substr(equals + 1));
  if (value.starts_with('[')) {
    list_began_ = line_;
    plain_ += '[';
    return take_value(value.substr(1));
  }
  take_value(value);
}

void JobReader::take_section(std::string_view line) {
  line = trimmed(line.substr(0, line.find('#')));
  if (line.size() < 3 || !line.ends_with(']')) {
    fail(fmt::format("'{}' is no section", line), "write the command's name in brackets, as [run]");
  }
  section_ = trimmed(line.substr(1, line.size() - 2));
  require_own(section_);
  plain_ += fmt::format("[{}]\n", section_);
}

/// A name of `run` alone, or where no section has begun with its command: run.rounds.
void JobReader::take_name(std::string_view name) {
  const std::size_t dot = std::min(name.rfind('.'), name.size());
  const std::string_view flag = name.substr(dot == name.size() ? 0 : dot + 1);
  std::string section = section_;
  if (dot != name.size()) {
    section += section.empty() ? "" : ".";
    section += name.substr(0, dot);
  }
  require_own(section);
  if (!seen_.emplace(flag).second) {
    fail(fmt::format("'{}' was there before", name),
         "give each name once, several values as a list: [1, 2]");
  }
  plain_ += name;
}

/// What belongs to another command would be left out without a word.
void JobReader::require_own(const std::string& section) const {
  if (command_.empty() || section == command_) return;
  const std::string mend = fmt::format("put the flags of `ringside {0}` under [{0}]", command_);
  if (section.empty()) fail("this name stands under no section", mend);
  fail(fmt::format("[{}] is no section of `ringside {}`", section, command_), mend);
}

/// The value of a name as far as it stands on one line, without the comment after it.
void JobReader::take_value(std::string_view text) {
  for (const char character : text) {
    if (quote_ == 0 && character == '#') break;
    if (quote_ == 0) {
      take_outside_quotes(character);
    } else if (character == '#') {
      fail("a # within quotes cannot be read", "give that value with its flag instead");
    } else if (character == quote_) {
      quote_ = 0;
    }
    plain_ += character;
  }
  if (quote_ != 0) fail("the quote is not closed", fmt::format("end it with {}", quote_));
  plain_ += list_began_ == 0 ? '\n' : ' ';
  after_list_ = false;
}

void JobReader::take_outside_quotes(char character) {
  const bool is_blank = blank.find(character) != std::string_view::npos;
  if (after_list_ && !is_blank) {
    fail("something follows the list", "begin a new line after ]");
  }
  if (character == '\'' || character == '"' || character == '`') quote_ = character;
  if (list_began_ == 0) return;
  // Whoever forgets a bracket goes on with the next name or section.
  if (character == '=' || character == '[') fail_open_list();
  if (character == ']') {
    list_began_ = 0;
    after_list_ = true;
  }
}

std::string JobReader::finish() {
  if (list_began_ != 0) fail_open_list();
  return std::move(plain_);
}

/// What stands in the file, as far as a job may be long.
std::string content(std::istream& input, const std::string& name) {
  std::string text(most_bytes + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (input.bad()) throw Error(fmt::format("cannot read {}", name));
  if (text.size() > most_bytes) {
    throw Error(fmt::format("{} is longer than {} MiB", name, most_bytes >> 20),
                "name a file of flags");
  }
  return text;
}

class JobFile final : public CLI::ConfigTOML {
 public:
  explicit JobFile(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    const auto name = app_.get_config_ptr()->as<std::string>();
    const std::vector<CLI::App*> chosen = app_.get_subcommands();
    const std::string command = chosen.empty() ? std::string() : chosen.front()->get_name();
    std::istringstream plain(plain_job(content(input, name), name, command));
    return CLI::ConfigTOML::from_config(plain);
  }

 private:
  const CLI::App& app_;
};

}  // namespace

void add_job_file(CLI::App& app) {
  know_path(app.set_config("--job", "",
                           "Read the subcommand's flags from a file, under its name: [run]"));
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.config_formatter(std::make_shared<JobFile>(app));
}

std::string plain_job(std::string_view text, std::string_view name, std::string_view command) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  JobReader reader(name, command);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace ringside
