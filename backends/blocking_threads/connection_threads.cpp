#include "backends/blocking_threads/connection_threads.hpp"

#include <sys/socket.h>

#include <new>
#include <system_error>
#include <utility>

namespace ringside::blocking_threads {

ConnectionThreads::~ConnectionThreads() {
  std::unique_lock lock(mutex_);
  for (const Connection& connection : open_) ::shutdown(connection.socket.get(), SHUT_RDWR);
  none_open_.wait(lock, [this] { return open_.empty(); });
  if (last_ended_.joinable()) last_ended_.join();
}

bool ConnectionThreads::start(UniqueFd& socket) {
  std::list<Connection> added;
  // Held until everything is in its place, because the thread may end at once.
  const std::scoped_lock lock(mutex_);
  try {
    added.push_front({.socket = {}, .buffer = std::vector<std::byte>(buffer_bytes_), .thread = {}});
    added.front().thread = std::thread([this, connection = added.begin(), fd = socket.get()] {
      serve_(fd, connection->buffer);
      retire(connection);
    });
  } catch (const std::system_error&) {
    return false;
  } catch (const std::bad_alloc&) {
    return false;
  }
  added.front().socket = std::move(socket);
  open_.splice(open_.begin(), added);
  return true;
}

void ConnectionThreads::retire(std::list<Connection>::iterator ended) {
  std::thread previous;
  {
    const std::scoped_lock lock(mutex_);
    previous = std::exchange(last_ended_, std::move(ended->thread));
    open_.erase(ended);
    // With the lock held: the destructor that waits for this destroys the condition variable.
    if (open_.empty()) none_open_.notify_one();
  }
  if (previous.joinable()) previous.join();
}

}  // namespace ringside::blocking_threads
