#include "harness/results/run_folder.hpp"

#include <cerrno>
#include <ctime>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/results/json_reader.hpp"
#include "harness/results/jsonl.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_line = 16 << 20;
constexpr std::string_view run_schema = "ringside.run/1";

bool is_safe_in_a_name(char character) noexcept {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '_' ||
         character == '.';
}

std::ifstream open_for_reading(const fs::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::error_code unknown;
  if (!file || fs::is_directory(path, unknown)) {
    throw_errno(fmt::format("cannot read {}", path.string()), errno == 0 ? EISDIR : errno,
                "name the folder of a run, as `ringside run` printed it");
  }
  return file;
}

/// Finds rounds that a file has twice, as when two runs were put together.
class RepeatedRounds {
 public:
  void add(const Measurement& trial, std::size_t line) {
    const nlohmann::json key = {trial.scenario, trial.params, trial.backend, trial.control,
                                trial.round};  // whose members are sorted
    if (seen_.insert(key.dump(-1, ' ', false, Json::error_handler_t::replace)).second) return;
    if (++repeated_ == 1) first_line_ = line;
  }

  /// Empty when there are none.
  std::string warning(const std::string& path) const {
    if (repeated_ == 0) return {};
    return fmt::format(
        "{}: line {}{} a round that was there before, of which the first counts: two "
        "runs in one file are not one run",
        path, first_line_,
        repeated_ == 1 ? " repeats" : fmt::format(" and {} more repeat", repeated_ - 1));
  }

 private:
  std::set<std::string> seen_;
  std::size_t repeated_ = 0;
  std::size_t first_line_ = 0;
};

}  // namespace

std::string default_folder_name(std::chrono::system_clock::time_point start,
                                std::string_view host) {
  std::string safe_host;
  for (const char character : host) {
    if (is_safe_in_a_name(character)) safe_host += character;
  }
  if (safe_host.empty()) safe_host = "unnamed";
  const std::time_t seconds = std::chrono::system_clock::to_time_t(start);
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{}", fmt::gmtime(seconds), safe_host);
}

std::string RunFolder::name() const {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

RunFolder create_run_folder(const fs::path& path) {
  const RunFolder folder{path};
  std::error_code failure;
  fs::create_directories(path, failure);
  std::error_code unknown;
  if (failure && !fs::is_directory(path, unknown)) {
    throw_errno(fmt::format("cannot make the results folder {}", path.string()), failure.value(),
                "name a folder you can write to with --output");
  }
  // A size that cannot be read is left to the opening below, which names the reason.
  const std::uintmax_t size = fs::file_size(folder.trials_jsonl(), failure);
  if (!failure && size > 0) {
    throw Error(fmt::format("the results folder {} already holds a run", path.string()),
                "name another folder with --output, or remove that one");
  }
  // Opening the file that will be needed first finds a folder that cannot be written before
  // anything is measured, and reserves it.
  const JsonlWriter reserved(folder.trials_jsonl());
  return folder;
}

TrialsRead read_trials(const RunFolder& folder) {
  return read_trials_file(folder.trials_jsonl());
}

TrialsRead read_trials_file(const fs::path& path) {
  std::ifstream file = open_for_reading(path);
  TrialsRead result;
  RepeatedRounds repeated;
  // Not filled with zeros: lines of ours are a thousand times as short.
  const auto buffer = std::make_unique_for_overwrite<char[]>(longest_line + 1);
  for (std::size_t number = 1; file; ++number) {
    file.getline(buffer.get(), longest_line + 1);
    const auto taken = static_cast<std::size_t>(file.gcount());
    const std::string_view line(buffer.get(), file && !file.eof() ? taken - 1 : taken);
    if (line.empty()) continue;
    try {
      if (file.fail()) {
        throw Error(fmt::format("longer than {} MiB, as no line of ours is", longest_line >> 20));
      }
      result.trials.push_back(measurement_from_json(parse_json(line)));
      repeated.add(result.trials.back(), number);
    } catch (const Json::exception&) {
      result.warning = fmt::format("{}: line {} is {}; only what stands before it was read",
                                   path.string(), number, file.eof() ? "cut off" : "no JSON");
      break;
    } catch (const Error& error) {
      result.warning = fmt::format("{}: line {}: {}; only what stands before it was read",
                                   path.string(), number, error.what());
      break;
    }
  }
  if (file.bad()) throw Error(fmt::format("cannot read {} to its end", path.string()));
  if (const std::string warning = repeated.warning(path.string()); !warning.empty()) {
    result.warning += (result.warning.empty() ? "" : "; ") + warning;
  }
  return result;
}

Json read_run_json(const RunFolder& folder) {
  const fs::path path = folder.run_json();
  std::ifstream file = open_for_reading(path);
  std::stringstream text;
  text << file.rdbuf();
  try {
    Json run = parse_json(text.str());
    const JsonReader reader(run, "run.json");
    if (reader.text("schema") != run_schema) {
      reader.reject("schema", fmt::format("be \"{}\"", run_schema));
    }
    return run;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{} is no JSON: {}", path.string(), error.what()));
  }
}

}  // namespace ringside
