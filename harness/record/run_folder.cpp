#include "harness/record/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
#include "harness/record/atomic_file.hpp"
#include "harness/record/json_reader.hpp"

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
  const char* const mend = "name the folder of a run, as `ringside run` printed it";
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  // Before it is opened: a pipe would be waited for, and a device never ends.
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
    throw Error(fmt::format("cannot read {}: it is a device or a pipe, not a file", path.string()),
                mend);
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(status)) {
    throw_errno(fmt::format("cannot read {}", path.string()), errno == 0 ? EISDIR : errno, mend);
  }
  return file;
}

/// With its parents. Returns false when it is there already.
bool make_folder(const fs::path& path) {
  std::error_code failure;
  const bool made = fs::create_directories(path, failure);
  std::error_code unknown;
  if (failure && fs::is_symlink(path, unknown) && !fs::exists(path, unknown)) {
    throw Error(fmt::format("the results folder {} is a link to what is not there", path.string()),
                "make that folder, or name another one with --output");
  }
  if (failure && !fs::is_directory(path, unknown)) {
    throw_errno(fmt::format("cannot make the results folder {}", path.string()), failure.value(),
                "name a folder you can write to with --output");
  }
  return made;
}

[[noreturn]] void throw_holds_a_run(const fs::path& path, std::string_view what) {
  throw Error(fmt::format("the results folder {} {}", path.string(), what),
              "name another folder with --output, or remove that one");
}

/// Whatever a run would replace in a folder that has no trials: whoever put it there wants it.
void require_no_files_of_a_run(const RunFolder& folder) {
  for (const fs::path& file : folder.files()) {
    std::error_code unknown;
    if (!fs::exists(fs::symlink_status(file, unknown))) continue;
    throw_holds_a_run(folder.path, fmt::format("already holds a {}", file.filename().string()));
  }
}

/// Locks trials.jsonl, which is made unless it is there. None when another run has it. Opening the
/// file that will be needed first finds a folder that cannot be written before anything is
/// measured.
UniqueFd try_to_claim(const RunFolder& folder) {
  const fs::path path = folder.trials_jsonl();
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
  UniqueFd file(::open(path.c_str(), flags | O_EXCL, 0666));
  const bool is_new = static_cast<bool>(file);
  if (!is_new && errno == EEXIST) file.reset(::open(path.c_str(), flags, 0666));
  if (!file) throw_write_failed(path, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  // Where a file system has no locks, only who made the file knows that nobody else has it.
  return errno != EWOULDBLOCK && is_new ? std::move(file) : UniqueFd();
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

std::vector<fs::path> RunFolder::files() const {
  std::vector<fs::path> all = {run_json(), trials_jsonl()};
  for (const fs::path& made : made_files()) all.push_back(made);
  for (const char* name : {"gate.json", "gate.md", "junit.xml"}) all.push_back(path / name);
  return all;
}

std::vector<fs::path> RunFolder::made_files() const {
  return {summary_csv(), trials_csv(), percentiles_csv(), summary_json(), report_html()};
}

std::string RunFolder::name() const {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

ClaimedFolder claim_run_folder(const fs::path& path) {
  const RunFolder folder{path};
  const bool made = make_folder(path);
  std::error_code unknown;
  const bool begun = fs::exists(fs::symlink_status(folder.trials_jsonl(), unknown));
  if (!begun) require_no_files_of_a_run(folder);
  // A pipe would be waited for, and a link to nothing be followed.
  if (begun && !fs::is_regular_file(folder.trials_jsonl(), unknown)) {
    throw_holds_a_run(path, "already holds a trials.jsonl that is no file");
  }
  UniqueFd lock = try_to_claim(folder);
  if (!lock) throw_holds_a_run(path, "is being used by another run");
  struct stat facts {};
  check(::fstat(lock.get(), &facts), "fstat");
  if (facts.st_size > 0 || !S_ISREG(facts.st_mode)) {
    throw_holds_a_run(path, "already holds a run");
  }
  if (facts.st_nlink == 0) throw_holds_a_run(path, "is being used by another run");
  return {.folder = folder, .lock = std::move(lock), .made = made};
}

void ClaimedFolder::give_up() const noexcept {
  ::unlink(folder.trials_jsonl().c_str());
  if (made) ::rmdir(folder.path.c_str());  // unless something else is in it by now
}

ClaimedFolder claim_new_run_folder(const fs::path& path) {
  if (path.has_parent_path()) make_folder(path.parent_path());
  constexpr int most = 10'000;
  for (int number = 1; number <= most; ++number) {
    const fs::path candidate =
        number == 1 ? path : fs::path(fmt::format("{}-{}", path.string(), number));
    std::error_code failure;
    if (fs::create_directory(candidate, failure)) {
      ClaimedFolder claimed = claim_run_folder(candidate);
      claimed.made = true;
      return claimed;
    }
    std::error_code unknown;
    if (failure && !fs::exists(fs::symlink_status(candidate, unknown))) make_folder(candidate);
  }
  throw_holds_a_run(path, fmt::format("and {} more like it are there already", most - 1));
}

void require_no_measurements(const fs::path& output, const std::vector<std::string>& inputs) {
  std::error_code unknown;
  if (!fs::exists(fs::symlink_status(output, unknown))) return;
  const RunFolder beside{output.parent_path()};
  bool is_measured = output.filename() == beside.trials_jsonl().filename() ||
                     output.filename() == beside.run_json().filename();
  for (const std::string& input : inputs) {
    for (const fs::path& file :
         {fs::path(input), RunFolder{input}.trials_jsonl(), RunFolder{input}.run_json()}) {
      is_measured |= fs::is_regular_file(file, unknown) && fs::equivalent(output, file, unknown);
    }
  }
  if (!is_measured) return;
  throw Error(fmt::format("{} holds what was measured, and would be replaced", output.string()),
              "name another file with --output");
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
  const char* const mend = "bring it back, or take it away: the trials alone can be read too";
  std::ifstream file = open_for_reading(path);
  std::stringstream text;
  text << file.rdbuf();
  try {
    Json run = parse_json(text.str());
    const JsonReader reader(run, "");
    if (reader.text("schema") != run_schema) {
      reader.reject("schema", fmt::format("be \"{}\"", run_schema));
    }
    return run;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{} is no JSON, or cut off: {}", path.string(), error.what()), mend);
  } catch (const Error& error) {
    throw Error(fmt::format("{} is no record of a run: {}", path.string(), error.what()), mend);
  }
}

}  // namespace ringside
