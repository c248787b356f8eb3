// The one folder in which file_copy writes.
#pragma once

#include <filesystem>

#include "base/fd.hpp"

namespace ringside {

/// A folder `ringside-XXXXXX` of its own, for this user alone. It is removed with all that is in it
/// when this object ends.
class DataFolder {
 public:
  /// Makes the folder in `parent`, after having removed those there that a run of the same user
  /// has left because it was killed. Throws Error when it cannot be made.
  explicit DataFolder(const std::filesystem::path& parent);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  UniqueFd lock_;  // on the folder itself: whoever finds it unlocked knows that its run is dead
};

}  // namespace ringside
