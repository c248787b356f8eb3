#include "scenarios/file_copy/params.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/units.hpp"

namespace ringside {

namespace {

struct DestinationName {
  std::string_view name;
  Destination destination;
};

constexpr auto destination_names = std::to_array<DestinationName>({
    {"in-place", Destination::in_place},
    {"fresh", Destination::fresh},
    {"truncate", Destination::truncate},
});

// Far above what is of use, and far from where sums overflow.
constexpr std::size_t files_limit = 1'000'000;
constexpr std::uint64_t bytes_limit = std::uint64_t{1} << 42;
constexpr std::string_view large_and_small = "1x64MiB,512x64KiB,1x256MiB,2000x64KiB";

std::vector<Json> read_sets(std::string_view text) {
  std::vector<Json> sets;
  for (const std::string& one : split_list(text)) {
    const FileSet set = parse_file_set(one);
    sets.push_back({{"files", set.files}, {"file_bytes", set.file_bytes}});
  }
  return sets;
}

std::vector<Json> read_destination(std::string_view text) {
  return {to_string(parse_destination(text))};
}

void check_alignment(std::uint64_t bytes, std::string_view flag) {
  if (bytes % direct_alignment == 0) return;
  throw Error(
      fmt::format("{} with --direct: {} is no multiple of {}", flag, format_bytes(bytes),
                  format_bytes(direct_alignment)),
      fmt::format("give a multiple of {}, or leave --direct out", format_bytes(direct_alignment)));
}

}  // namespace

std::string_view to_string(Destination destination) noexcept {
  return std::ranges::find(destination_names, destination, &DestinationName::destination)->name;
}

std::vector<std::string_view> destination_words() {
  return names_of(destination_names);
}

Destination parse_destination(std::string_view text) {
  return find_named("destination", text, destination_names).destination;
}

FileSet parse_file_set(std::string_view text) {
  FileSet set;
  const char* const end = text.data() + text.size();
  const auto [after, failure] = std::from_chars(text.data(), end, set.files);
  if (failure == std::errc::result_out_of_range) set.files = files_limit + 1;
  if (failure == std::errc::invalid_argument || after == end || *after != 'x') {
    throw Error(fmt::format("--files '{}' is not a number of files and their size", text),
                "write COUNTxSIZE, for example 1x256MiB or 2000x64KiB");
  }
  try {
    set.file_bytes = parse_bytes(std::string_view(after + 1, end));
  } catch (const Error& refusal) {
    throw Error(fmt::format("--files '{}': {}", text, refusal.what()), refusal.mend());
  }
  return set;
}

std::span<const Parameter> file_copy_parameters() {
  static constexpr Parameter table[] = {
      {.name = "sets",
       .flag = "--files",
       .kind = ParameterKind::text,
       .help = "Files and their size: 1x256MiB,2000x64KiB",
       .values = {"1x32MiB", large_and_small, large_and_small},
       .read = read_sets},
      {.name = "block_bytes",
       .flag = "--block",
       .kind = ParameterKind::bytes,
       .help = "Bytes of one read and write (256KiB)",
       .values = {"256KiB", "256KiB", "64KiB,1MiB"},
       .most = std::uint64_t{1} << 30},
      {.name = "depth",
       .flag = "--depth",
       .help = "Blocks in flight",
       .values = {"8", "8", "1,16"},
       .most = 4096},
      {.name = "workers",
       .flag = "--workers",
       .help = "Copying threads of models that block",
       .values = {"2"},
       .most = 1024},
      {.name = "destination",
       .flag = "--destination",
       .kind = ParameterKind::text,
       .help = "in-place: write over files; fresh: make them; truncate: cut and write",
       .values = {"in-place"},
       .swept = false,
       .read = read_destination,
       .words = destination_words},
      {.name = "direct",
       .flag = "--direct",
       .kind = ParameterKind::toggle,
       .help = "O_DIRECT: past the page cache",
       .swept = false},
      {.name = "fsync",
       .flag = "--fsync",
       .kind = ParameterKind::toggle,
       .help = "After every pass, timed apart",
       .swept = false},
      {.name = "directory",
       .flag = "--dir",
       .kind = ParameterKind::text,
       .help = "Where the files are made (the results' folder)",
       .swept = false,
       .read = as_it_is,
       .is_path = true},
  };
  return table;
}

void check(const FileCopyParams& params) {
  const FileSet& set = params.set;
  if (set.files < 1 || set.files > files_limit) {
    throw Error(fmt::format("the count in --files is {}", set.files),
                fmt::format("use 1 to {}", files_limit));
  }
  if (set.file_bytes == 0) {
    throw Error("--files of 0 bytes: there would be nothing to copy", "give files a size");
  }
  if (set.file_bytes > bytes_limit || set.bytes() > bytes_limit) {
    throw Error(fmt::format("--files {}x{} is more than {}", set.files,
                            format_bytes(set.file_bytes), format_bytes(bytes_limit)),
                "copy less");
  }
  if (params.direct) {
    check_alignment(params.block_bytes, "--block");
    check_alignment(set.file_bytes, "--files");
  }
}

Json to_json(const FileCopyParams& params) {
  return {{"files", params.set.files},
          {"file_bytes", params.set.file_bytes},
          {"block_bytes", params.block_bytes},
          {"depth", params.depth},
          {"workers", params.workers},
          {"destination", to_string(params.destination)},
          {"direct", params.direct},
          {"fsync", params.fsync},
          {"directory", params.directory.empty() ? Json(nullptr) : Json(params.directory)}};
}

FileCopyParams file_copy_params_from_json(const Json& json) try {
  const Json& directory = json.at("directory");
  return {.set = {.files = json.at("files"), .file_bytes = json.at("file_bytes")},
          .block_bytes = json.at("block_bytes"),
          .depth = json.at("depth"),
          .workers = json.at("workers"),
          .destination = parse_destination(json.at("destination").get<std::string>()),
          .direct = json.at("direct"),
          .fsync = json.at("fsync"),
          .directory = directory.is_null() ? "" : directory.get<std::string>()};
} catch (const Json::exception& failure) {
  throw Error(fmt::format("file_copy parameters cannot be read: {}", failure.what()));
}

std::uint64_t operations_in_pass(const FileCopyParams& params) noexcept {
  if (params.set.files > 1) return params.set.files;
  return (params.set.file_bytes + params.block_bytes - 1) / params.block_bytes;
}

int source_flags(const FileCopyParams& params) noexcept {
  return O_RDONLY | O_NOFOLLOW | (params.direct ? O_DIRECT : 0);
}

int destination_flags(const FileCopyParams& params) noexcept {
  const int common = O_WRONLY | O_NOFOLLOW | (params.direct ? O_DIRECT : 0);
  switch (params.destination) {
    case Destination::in_place:
      return common;
    case Destination::fresh:
      return common | O_CREAT | O_EXCL;
    case Destination::truncate:
      return common | O_CREAT | O_TRUNC;
  }
  return common;
}

}  // namespace ringside
