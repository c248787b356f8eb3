// What the file_copy cells built on Boost.Asio share: the files of a block and the buffers it goes
// through, and what an operation on them gave. The flow (take, read, write) is the cells' own.
#pragma once

#include <sys/types.h>

#include <cassert>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/basic_random_access_file.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/buffer_registration.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include "backends/asio_support/loop.hpp"
#include "backends/support/block_buffers.hpp"
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

/// A buffer of the one kind or the other. Asio decides by its type whether the kernel is told its
/// number (IORING_OP_READ_FIXED, IORING_OP_WRITE_FIXED) or its address.
using FileBuffer =
    std::variant<boost::asio::mutable_buffer, boost::asio::mutable_registered_buffer>;

/// Buffers that the kernel knows beforehand, so that it need not look up their pages for every
/// operation; plain ones where it does not take them, because the limit of locked memory is 8 MiB
/// for most users.
class FileBuffers {
 public:
  /// Registers `buffers` with the ring beneath the files of `context`. Both outlive this. After
  /// require_files(context), once for a context.
  FileBuffers(boost::asio::io_context& context, const BlockBuffers& buffers);

  /// The buffer with the same number in BlockBuffers.
  FileBuffer operator[](std::size_t i);

  bool registered() const noexcept { return registration_.has_value(); }

  /// For the results: "registered", or "plain: " and why.
  std::string description() const;

 private:
  std::vector<boost::asio::mutable_buffer> plain_;
  std::optional<boost::asio::buffer_registration<std::vector<boost::asio::mutable_buffer>>>
      registration_;
  boost::system::error_code refused_;
};

/// Calls `start` with those of the first `bytes` bytes of the buffer that come after `done`, in the
/// type of its kind, and returns what that returns.
template <typename Start>
auto with_rest(const FileBuffer& buffer, std::size_t done, std::size_t bytes, const Start& start) {
  return std::visit(
      [&](const auto& all) { return start(boost::asio::buffer(all + done, bytes - done)); },
      buffer);
}

/// As bytes_read() and bytes_written() take it: the bytes moved, or a negated errno value. The end
/// of the file, which Asio has as an error, is 0 bytes.
inline ssize_t transfer_result(boost::system::error_code error, std::size_t bytes) {
  if (!error) return static_cast<ssize_t>(bytes);
  if (error == boost::asio::error::eof) return 0;
  assert(error.category() == boost::system::system_category());
  return -error.value();
}

}  // namespace ringside::asio_support
