#include "harness/cli/command_words.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

/// Takes a command apart, one character after the other.
class Splitter {
 public:
  void take(char character);
  std::vector<std::string> finish(std::string_view command, std::string_view flag);

 private:
  void end_word();

  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;  // '' is a word too
  char quote_ = 0;
  bool escaped_ = false;
};

void Splitter::end_word() {
  if (in_word_) words_.push_back(word_);
  word_.clear();
  in_word_ = false;
}

void Splitter::take(char character) {
  if (escaped_) {
    if (quote_ == '"' && character != '"' && character != '\\') word_ += '\\';
    word_ += character;
    escaped_ = false;
  } else if (character == '\\' && quote_ != '\'') {
    escaped_ = in_word_ = true;
  } else if (quote_ != 0) {
    if (character == quote_)
      quote_ = 0;
    else
      word_ += character;
  } else if (character == '\'' || character == '"') {
    quote_ = character;
    in_word_ = true;
  } else if (character == ' ' || character == '\t' || character == '\n') {
    end_word();
  } else {
    word_ += character;
    in_word_ = true;
  }
}

std::vector<std::string> Splitter::finish(std::string_view command, std::string_view flag) {
  if (quote_ != 0 || escaped_) {
    throw Error(fmt::format("{}: the command does not end: {}", flag, command),
                quote_ != 0 ? fmt::format("close the quote with {}", quote_)
                            : "a backslash needs a character after it");
  }
  end_word();
  if (words_.empty() || words_.front().empty()) {
    throw Error(fmt::format("{}: there is no command in '{}'", flag, command),
                "give the executable of a build, as in \"build/release/ringside\"");
  }
  return std::move(words_);
}

}  // namespace

std::vector<std::string> split_command(std::string_view command, std::string_view flag) {
  Splitter splitter;
  for (const char character : command) splitter.take(character);
  return splitter.finish(command, flag);
}

}  // namespace ringside
