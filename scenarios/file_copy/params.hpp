// The parameters of the file_copy scenario.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "scenarios/parameters.hpp"

namespace ringside {

/// How many files are copied in a pass, and how large each is.
struct FileSet {
  std::size_t files = 1;
  std::uint64_t file_bytes = std::uint64_t{256} << 20;

  std::uint64_t bytes() const noexcept { return files * file_bytes; }
  bool operator==(const FileSet&) const = default;
};

/// What a pass finds where it copies to.
enum class Destination {
  in_place,  ///< files of the right length, to be written over
  fresh,     ///< nothing: files are made anew, those of the pass before having been removed
  truncate,  ///< the files of the pass before, cut to nothing when they are opened
};

/// "in-place", as on the command line and in results.
std::string_view to_string(Destination destination) noexcept;

/// What parse_destination takes.
std::vector<std::string_view> destination_words();

/// Throws Error that names the right ones.
Destination parse_destination(std::string_view text);

/// "2000x64KiB": count and size. Throws Error for anything else, naming what would be right.
FileSet parse_file_set(std::string_view text);

/// One set of parameters: what all backends of a round are given alike.
struct FileCopyParams {
  FileSet set;
  std::size_t block_bytes = std::size_t{256} << 10;  ///< of one read and the write that follows it
  std::size_t depth = 8;                             ///< blocks in flight
  std::size_t workers = 2;  ///< copying threads of models that use blocking calls
  Destination destination = Destination::in_place;
  bool direct = false;      ///< O_DIRECT on both sides
  bool fsync = false;       ///< after every pass, timed apart
  std::string directory{};  ///< where the files are made; empty: in the folder of the results

  bool operator==(const FileCopyParams&) const = default;
};

/// The table of them, in the order of the form in results.
std::span<const Parameter> file_copy_parameters();

/// Throws Error for what cannot be together, such as blocks that O_DIRECT does not take.
void check(const FileCopyParams& params);

/// The form in results and in the control channel, as the table makes it.
Json to_json(const FileCopyParams& params);

/// Throws Error when a member is missing or of the wrong kind.
FileCopyParams file_copy_params_from_json(const Json& json);

/// What is counted and timed: blocks where there is one file, else files.
std::uint64_t operations_in_pass(const FileCopyParams& params) noexcept;

/// What O_DIRECT demands of addresses, offsets and lengths, on any usual device.
inline constexpr std::size_t direct_alignment = 4096;

/// Flags of open(2) for both sides of a copy, O_CLOEXEC apart. Symbolic links are not followed.
int source_flags(const FileCopyParams& params) noexcept;
int destination_flags(const FileCopyParams& params) noexcept;

}  // namespace ringside
