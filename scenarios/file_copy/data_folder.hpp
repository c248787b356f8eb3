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
  /// has left because it was killed, and enters it where remove_left_over_data() will look. Throws
  /// Error when it cannot be made.
  explicit DataFolder(const std::filesystem::path& parent);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  /// Makes and locks it. Returns false when another run took it for left over before it was locked.
  bool make(const std::filesystem::path& parent);

  std::filesystem::path path_;
  std::filesystem::path entry_;  // the link to the folder; empty where none could be made
  UniqueFd lock_;  // on the folder itself: whoever finds it unlocked knows that its run is dead
};

/// Removes the folders that killed runs of this user have left, wherever they ran. Every folder is
/// entered, for as long as it is there, as a link in ringside-UID in $TMPDIR, or else in /var/tmp,
/// where it outlives a reboot. Never throws.
void remove_left_over_data() noexcept;

}  // namespace ringside
