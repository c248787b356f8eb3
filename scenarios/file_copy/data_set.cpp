#include "scenarios/file_copy/data_set.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/random_order.hpp"
#include "base/remedy.hpp"
#include "scenarios/file_copy/file_system.hpp"
#include "scenarios/file_copy/files.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

// Another order than those of the round's cycles and start, which are drawn from the same seed.
constexpr auto destinations_draw = std::numeric_limits<std::uint32_t>::max() - 1;

void make_folder(const fs::path& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure) {
    throw_errno(fmt::format("cannot make {}", path.string()), failure.value(),
                remedy(Need::path, failure.value()));
  }
}

}  // namespace

DataSet::DataSet(fs::path folder, const FileCopyParams& params, std::uint64_t seed)
    : folder_(std::move(folder)),
      params_(params),
      seed_(seed),
      sources_{folder_ / "source-a", folder_ / "source-b"} {}

void DataSet::prepare(std::size_t targets, std::uint64_t seed, const StopSignal& interrupt) {
  make_missing(targets, interrupt);
  dealt_ = random_order(seed, destinations_draw, destinations_.size());
}

void DataSet::make_missing(std::size_t targets, const StopSignal& interrupt) {
  const std::size_t new_destinations =
      targets > destinations_.size() ? targets - destinations_.size() : 0;
  const std::size_t new_sets = new_destinations + (sources_made_ ? 0 : sources_.size());
  if (new_sets == 0) return;
  make_folder(folder_);
  require_room(folder_, new_sets * params_.set.files, params_.set.file_bytes);
  require_memory_for_files(folder_, new_sets * params_.set.bytes());
  if (!sources_made_) {
    for (std::size_t which = 0; which < sources_.size(); ++which) {
      fill(sources_[which], which, interrupt);
    }
    sources_made_ = true;
  }
  while (destinations_.size() < targets) add_destination(interrupt);
  const UniqueFd folder = open_file(folder_, O_RDONLY | O_DIRECTORY);
  if (::syncfs(folder.get()) != 0) {
    throw_errno(fmt::format("cannot write {} back", folder_.string()), errno,
                remedy(Need::path, errno));
  }
}

void DataSet::add_destination(const StopSignal& interrupt) {
  const fs::path folder = folder_ / fmt::format("destination-{}", destinations_.size());
  if (destinations_stay()) {
    // Content of its own: an unwritten destination must differ from either source.
    fill(folder, sources_.size() + destinations_.size(), interrupt);
  } else {
    make_folder(folder);
  }
  destinations_.push_back({.folder = folder});
}

void DataSet::fill(const fs::path& folder, std::uint64_t number,
                   const StopSignal& interrupt) const {
  make_folder(folder);
  RandomFiles random(seed_ + number);
  for (std::size_t file = 0; file < params_.set.files; ++file) {
    random.make(folder / file_name(file), params_.set.file_bytes, params_.direct, interrupt);
  }
}

std::size_t DataSet::take_source(std::size_t target) {
  std::size_t& next = destinations_[dealt_[target]].next_source;
  const std::size_t taken = next;
  next = (next + 1) % sources_.size();
  return taken;
}

}  // namespace ringside
