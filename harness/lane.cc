// The HTTP side of a lane: requests out, answers in. How a connection comes to stand:
// lane_opening.cc.
#include "harness/lane.h"

#include <openssl/err.h>

#include <cerrno>

#include "harness/pool.h"

namespace ingress_check {

namespace {

/// Reads one after the other while there is more; then it is the others' turn.
constexpr int most_reads = 64;

Instant clock_now() { return std::chrono::steady_clock::now(); }

}  // namespace

Lane::~Lane() { abandon(); }

void Lane::start(Flight& flight) {
  flight.lane = this;
  if (state_ == State::ready) return transmit(flight);
  flight.waited = true;
  waiting_.push_back(&flight);
  if (state_ == State::closed) open();
}

std::size_t Lane::room() const {
  const Load& load = *pool_.plan->load;
  if (state_ == State::ready && !session_) return flight_ ? 0 : 1;
  if (state_ == State::ready) {
    const std::uint32_t limit = load.connections.requests;
    const std::size_t most = load.connections.streams;
    std::size_t room = std::min(most - std::min(most, open_streams_), session_->room());
    if (limit > 0) room = std::min<std::size_t>(room, limit - std::min(begun_, limit));
    return room;
  }
  const bool may_share = pool_.origin->protocol != Protocol::http1;
  const std::size_t most = may_share ? load.connections.streams : 1;
  return most - std::min(most, waiting_.size());
}

/// The bytes of the request, with the lines that this one alone has.
void Lane::transmit(Flight& flight) {
  const PlannedRequest& asked = pool_.plan->requests[flight.request];
  const std::uint32_t limit = pool_.plan->load->connections.requests;
  flight.reused = begun_ > 0;
  flight.connection = number_;
  const bool last = ++begun_ == limit;
  if (flight.client && !flight.client->jar.empty())
    flight.client->jar.cookies(asked.path, pool_.origin->https, host_.loop().now(), host_.scratch);
  flight.sent = clock_now();
  if (session_) {
    const bool begun = session_->request(asked.message, host_.scratch, flight);
    host_.scratch.clear();
    if (!begun) {
      flight.sent = {};
      return host_.returned(*this, flight);
    }
    ++open_streams_;
    if (!receiving_) host_.unflushed(*this);
    return;
  }
  flight_ = &flight;
  response_.begin(asked.to_head);
  if (host_.scratch.empty() && !last) return write(asked.bytes);
  std::string extra = host_.scratch.empty() ? "" : "Cookie: " + host_.scratch + "\r\n";
  if (last) extra += "Connection: close\r\n";
  host_.scratch.assign(asked.bytes, 0, asked.extra_at).append(extra);
  host_.scratch.append(asked.bytes, asked.extra_at);
  write(host_.scratch);
  host_.scratch.clear();
}

/// What the socket does not take is kept; that a connection broke is heard by reading.
void Lane::write(std::string_view bytes) {
  host_.bytes_sent += bytes.size();
  if (!unwritten_.empty()) {
    unwritten_.append(bytes);
    return;
  }
  std::size_t done = 0;
  if (ssl_) {
    ERR_clear_error();
    SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &done);
  } else {
    const auto sent = send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    done = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  if (done == bytes.size()) return;
  unwritten_.assign(bytes.substr(done));
  host_.loop().want_write(*this, true);
}

void Lane::write_rest() {
  const std::string rest = std::exchange(unwritten_, {});
  host_.bytes_sent -= rest.size();
  write(rest);
  if (unwritten_.empty()) host_.loop().want_write(*this, false);
}

void Lane::flush() {
  dirty = false;
  if (std::exchange(unread_, false) && state_ == State::ready) receive();
  write_frames();
}

void Lane::write_frames() {
  if (!session_ || !unwritten_.empty()) return;
  host_.scratch.clear();
  if (session_->output(host_.scratch)) write(host_.scratch);
  host_.scratch.clear();
}

void Lane::on_ready(Readiness what) {
  if (state_ == State::connecting) return connected(host_.loop().now());
  if (state_ == State::handshaking) return shake_hands();
  if (what.writable && !unwritten_.empty()) write_rest();
  if (what.readable || what.failed) receive();
  if (session_ && !session_->going_away()) flush();
}

void Lane::receive() {
  const std::uint32_t connection = number_;
  receiving_ = true;
  Gone gone = Gone::no;
  bool more = true;
  for (int i = 0; i < most_reads && more && gone == Gone::no; ++i) {
    more = false;
    const std::size_t size = receive_some(gone, more);
    if (size > 0) {
      host_.bytes_received += size;
      feed({host_.read_buffer.data(), size});
      if (number_ != connection || state_ != State::ready) break;
    }
  }
  receiving_ = false;
  if (number_ != connection || state_ != State::ready) return;
  if (gone != Gone::no) return peer_closed(gone);
  write_frames();
  if (!more) return;
  unread_ = true;  // in OpenSSL's memory, of which epoll knows nothing
  host_.unflushed(*this);
}

std::size_t Lane::receive_some(Gone& gone, bool& more) {
  auto& buffer = host_.read_buffer;
  if (!ssl_) {
    const auto size = recv(socket_.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size == 0) gone = Gone::clean;
    if (size < 0 && errno != EAGAIN && errno != EINTR) gone = Gone::reset;
    more = size == static_cast<ssize_t>(buffer.size());
    return size > 0 ? static_cast<std::size_t>(size) : 0;
  }
  std::size_t size = 0;
  ERR_clear_error();
  errno = 0;
  if (SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size) == 1) {
    more = SSL_has_pending(ssl_.get()) == 1;
    return size;
  }
  switch (SSL_get_error(ssl_.get(), 0)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return 0;
    case SSL_ERROR_ZERO_RETURN:
      gone = Gone::clean;
      return 0;
    case SSL_ERROR_SYSCALL:
      gone = Gone::reset;
      return 0;
    default:
      gone = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? Gone::unclean
                                                                                    : Gone::tls;
      return 0;
  }
}

/// What is to be said in answer goes out when all that came is read: many servers put each response
/// into a TLS record of its own.
void Lane::feed(std::string_view bytes) {
  if (!session_) return feed1(bytes);
  const bool fine = session_->feed(bytes);
  const std::uint32_t limit = pool_.plan->load->connections.requests;
  const bool used_up = session_->going_away() || (limit > 0 && begun_ >= limit);
  if (fine && !(used_up && session_->open() == 0)) return;
  write_frames();
  drop_session();
  host_.closed(*this);
}

/// Bytes that nobody asked for make the connection worthless.
void Lane::feed1(std::string_view bytes) {
  if (!flight_) {
    shut();
    return host_.closed(*this);
  }
  if (!flight_->began()) flight_->first_byte = host_.loop().now();
  const std::size_t used = response_.feed(bytes, flight_);
  if (!response_.ended()) return;
  const bool whole = response_.state() == Http1Response::State::done;
  const std::uint32_t limit = pool_.plan->load->connections.requests;
  const bool keep = whole && response_.reusable() && used == bytes.size() && unwritten_.empty() &&
                    (limit == 0 || begun_ < limit);
  Flight& flight = *std::exchange(flight_, nullptr);
  if (!keep) shut();
  host_.ended(*this, flight, whole ? Outcome::ok : Outcome::malformed);
}

/// RFC 9112, 9.8: over TLS, a body that ends with the connection is whole only after a
/// close_notify.
void Lane::peer_closed(Gone how) {
  gone_ = how;
  if (session_) {
    if (drop_session() == 0) host_.closed(*this);
    return;
  }
  if (!flight_) {
    shut();
    return host_.closed(*this);
  }
  Flight& flight = *std::exchange(flight_, nullptr);
  response_.close();
  const bool whole = response_.state() == Http1Response::State::done && how == Gone::clean;
  const Outcome outcome = whole ? Outcome::ok : broken_off(flight);
  shut();
  host_.ended(*this, flight, outcome);
}

/// Closes the connection, then tells the streams that were open: how many.
std::size_t Lane::drop_session() {
  const auto session = std::move(session_);
  const std::size_t open = session->open();
  shut();
  session->close();
  return open;
}

Outcome Lane::broken_off(const Flight& flight) const {
  if (gone_ == Gone::tls) return Outcome::tls_error;
  if (!flight.began()) return flight.reused ? Outcome::idle_close : Outcome::reset;
  return gone_ == Gone::reset ? Outcome::reset : Outcome::truncated;
}

void Lane::stream_ended(Flight& flight, Http2End how) {
  if (open_streams_ > 0) --open_streams_;
  switch (how) {
    case Http2End::done:
      return host_.ended(*this, flight, Outcome::ok);
    case Http2End::refused:
      return host_.returned(*this, flight);
    case Http2End::reset:
      return host_.ended(*this, flight, Outcome::reset);
    case Http2End::malformed:
      return host_.ended(*this, flight, Outcome::malformed);
    case Http2End::truncated:
    case Http2End::closed:
      return host_.ended(*this, flight, broken_off(flight));
  }
}

void Lane::give_up(Flight& flight) {
  if (std::erase(waiting_, &flight) > 0) {
    if (waiting_.empty()) shut();
    return host_.ended(*this, flight, Outcome::connect_timeout);
  }
  if (session_) {
    session_->cancel(flight);
    if (open_streams_ > 0) --open_streams_;
    host_.unflushed(*this);
  } else {
    flight_ = nullptr;
    shut();
  }
  host_.ended(*this, flight, Outcome::timeout);
}

void Lane::abandon() {
  waiting_.clear();
  flight_ = nullptr;
  if (session_) session_.reset();
  if (state_ != State::closed) shut();
}

/// Says goodbye where TLS wants it; sends no FIN of its own before close().
void Lane::shut() {
  if (ssl_ && state_ == State::ready && gone_ != Gone::tls && gone_ != Gone::reset) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  host_.loop().remove(*this);
  ssl_.reset();
  session_.reset();
  socket_.close();
  unwritten_.clear();
  open_streams_ = 0;
  begun_ = 0;
  unread_ = false;
  state_ = State::closed;
}

}  // namespace ingress_check
