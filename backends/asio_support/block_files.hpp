// What the file_copy cells built on Boost.Asio share: the files of a block, and what an operation
// on them gave. The flow (take, read, write) is the cells' own.
#pragma once

#include <sys/types.h>

#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/basic_random_access_file.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/support/copy_pass.hpp"

namespace ringside::asio_support {

using File = boost::asio::basic_random_access_file<Executor>;

/// Asio's own objects for the source and the destination of one block. Asio has one operation of a
/// kind in flight on each object, so blocks that are copied at the same time have objects of their
/// own, though of the same descriptors. These stay the FilePair's, which is kept until Asio's
/// objects have let go of them.
class BlockFiles {
 public:
  /// After require_files(context).
  explicit BlockFiles(boost::asio::io_context& context) : source_(context), destination_(context) {}
  BlockFiles(const BlockFiles&) = delete;
  BlockFiles& operator=(const BlockFiles&) = delete;
  ~BlockFiles() { release(); }

  /// Until release(), when nothing may be in flight any more. The pair is open.
  void assign(std::shared_ptr<FilePair> pair) {
    release();
    pair_ = std::move(pair);
    source_.assign(pair_->source());
    destination_.assign(pair_->destination());
  }

  void release() noexcept {
    boost::system::error_code ignored;
    if (source_.is_open()) source_.release(ignored);
    if (destination_.is_open()) destination_.release(ignored);
    pair_.reset();
  }

  File& source() noexcept { return source_; }
  File& destination() noexcept { return destination_; }

 private:
  std::shared_ptr<FilePair> pair_;
  File source_, destination_;
};

/// As bytes_read() and bytes_written() take it: the bytes moved, or a negated errno value. The end
/// of the file, which Asio has as an error, is 0 bytes.
inline ssize_t transfer_result(boost::system::error_code error, std::size_t bytes) {
  if (!error) return static_cast<ssize_t>(bytes);
  if (error == boost::asio::error::eof) return 0;
  assert(error.category() == boost::system::system_category());
  return -error.value();
}

}  // namespace ringside::asio_support
