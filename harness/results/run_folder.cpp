#include "harness/results/run_folder.hpp"

#include <cerrno>
#include <ctime>
#include <fstream>
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
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    try {
      result.trials.push_back(measurement_from_json(parse_json(line)));
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
