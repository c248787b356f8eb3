#include "backends/asio_support/files.hpp"

#include <liburing.h>

#include <cstddef>
#include <string>

#include <boost/system/system_error.hpp>

#include "backends/asio_support/block_files.hpp"
#include "base/error.hpp"
#include "base/isolated.hpp"
#include "base/uring/refusal.hpp"

namespace ringside::asio_support {

namespace {

// The only way to know is to try. With the flags that Asio gives: none.
void try_ring() {
  ::io_uring ring{};
  io_uring_params params{};
  const int result = ::io_uring_queue_init_params(1, &ring, &params);
  if (result < 0) throw uring::refusal("io_uring_setup", -result);
  ::io_uring_queue_exit(&ring);
  if (!(params.features & IORING_FEAT_NATIVE_WORKERS)) throw uring::workers_outside_process();
}

}  // namespace

Availability files_available() {
  try {
    try_in_child("Asio's files (io_uring)", try_ring);
  } catch (const Error& error) {
    return {.yes = false, .reason = error.what(), .mend = error.mend()};
  }
  return {};
}

void require_files(boost::asio::io_context& context) {
  try_ring();
  try {
    const File first(context);
  } catch (const boost::system::system_error& failure) {
    throw uring::refusal("io_uring_setup", failure.code().value());
  }
}

FileBuffers::FileBuffers(boost::asio::io_context& context, const BlockBuffers& buffers) {
  for (std::size_t i = 0; i < buffers.count(); ++i) {
    plain_.emplace_back(buffers[i].data(), buffers[i].size());
  }
  try {
    registration_.emplace(context, plain_);
  } catch (const boost::system::system_error& failure) {
    refused_ = failure.code();
  }
}

FileBuffer FileBuffers::operator[](std::size_t i) {
  if (registration_) return (*registration_)[i];
  return plain_[i];
}

std::string FileBuffers::description() const {
  return registered() ? "registered" : "plain: " + refused_.message();
}

}  // namespace ringside::asio_support
