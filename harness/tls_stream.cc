#include "harness/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ingress_check {
namespace {

constexpr std::size_t kFirstBytes = 256;
/// How long the rest of an answer that is not TLS is waited for.
constexpr std::chrono::milliseconds kRestOfAnswer(300);

TlsStream::End end_of(const Transfer& transfer) {
  switch (transfer.end) {
    case Transfer::End::some:
      return TlsStream::End::done;
    case Transfer::End::closed:
      return TlsStream::End::closed;
    case Transfer::End::reset:
      return TlsStream::End::reset;
    case Transfer::End::timed_out:
      return TlsStream::End::timed_out;
    case Transfer::End::stopped:
      return TlsStream::End::stopped;
    case Transfer::End::failed:
      return TlsStream::End::failed;
  }
  return TlsStream::End::failed;
}

std::string first_error() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  return reason ? reason : "unknown error";
}

}  // namespace

TlsStream::TlsStream(SSL_CTX* context, const Socket& socket, const std::string& sni,
                     SSL_SESSION* session)
    : ssl_(SSL_new(context)), socket_(socket) {
  SSL_set_bio(ssl(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl());
  if (!sni.empty()) SSL_set_tlsext_host_name(ssl(), sni.c_str());
  if (session) SSL_set_session(ssl(), session);
}

TlsStream::End TlsStream::handshake(Instant until, const Watch& watch) {
  return drive([this] { return SSL_do_handshake(ssl()); }, {}, until, watch);
}

TlsStream::End TlsStream::read_until(const std::function<bool()>& enough, Instant until,
                                     const Watch& watch) {
  std::array<char, 4096> dropped{};
  while (!enough()) {
    const End end =
        drive([&] { return SSL_read(ssl(), dropped.data(), static_cast<int>(dropped.size())); },
              enough, until, watch);
    if (end != End::done) return end;
  }
  return End::done;
}

TlsStream::End TlsStream::read(std::string& into, std::size_t at_most, Instant until,
                               const Watch& watch) {
  std::array<char, 4096> buffer{};
  while (into.size() < at_most) {
    std::size_t size = 0;
    const std::size_t room = std::min(buffer.size(), at_most - into.size());
    const End end =
        drive([&] { return SSL_read_ex(ssl(), buffer.data(), room, &size); }, {}, until, watch);
    if (end != End::done) return end;
    into.append(buffer.data(), size);
  }
  return End::done;
}

TlsStream::End TlsStream::write(std::string_view bytes, Instant until, const Watch& watch) {
  std::size_t size = 0;
  if (bytes.empty()) return End::done;
  return drive([&] { return SSL_write_ex(ssl(), bytes.data(), bytes.size(), &size); }, {}, until,
               watch);
}

void TlsStream::shut(Instant until, const Watch& watch) {
  SSL_shutdown(ssl());
  flush(until, watch);
  ERR_clear_error();
}

TlsStream::End TlsStream::drive(const std::function<int()>& operation,
                                const std::function<bool()>& enough, Instant until,
                                const Watch& watch) {
  for (;;) {
    ERR_clear_error();
    const int result = operation();
    const int error = SSL_get_error(ssl(), result);
    if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) detail_ = first_error();
    ERR_clear_error();
    flush(until, watch);  // an alert of ours goes out too
    if (result > 0 || (enough && enough())) return End::done;
    if (error == SSL_ERROR_ZERO_RETURN) return End::closed;
    if (error != SSL_ERROR_WANT_READ) return End::failed;
    const End end = fill(until, watch);
    if (end != End::done) return end;
  }
}

/// A write that fails is no verdict yet: the peer's alert may still wait to be read.
void TlsStream::flush(Instant until, const Watch& watch) {
  char* data = nullptr;
  BIO* out = SSL_get_wbio(ssl());
  const long size = BIO_get_mem_data(out, &data);
  if (size <= 0) return;
  const Transfer transfer =
      write_all(socket_, std::string_view(data, static_cast<std::size_t>(size)), until, watch);
  if (!transfer.detail.empty()) detail_ = transfer.detail;
  (void)BIO_reset(out);
  ours_was_last_ = true;
}

TlsStream::End TlsStream::fill(Instant until, const Watch& watch) {
  std::array<char, 16384> buffer{};
  const Transfer transfer = read_some(socket_, buffer, until, watch);
  if (!transfer.detail.empty()) detail_ = transfer.detail;
  if (transfer.end != Transfer::End::some) return end_of(transfer);
  ours_was_last_ = false;
  if (first_bytes_.empty()) first_byte_at_ = std::chrono::steady_clock::now();
  if (first_bytes_.size() < kFirstBytes)
    first_bytes_.append(buffer.data(), std::min(transfer.size, kFirstBytes - first_bytes_.size()));
  if (!judged_ && !looks_like_tls()) {
    read_the_rest(until, watch);
    return End::not_tls;
  }
  judged_ = judged_ || first_bytes_.size() >= 2;
  BIO_write(SSL_get_rbio(ssl()), buffer.data(), static_cast<int>(transfer.size));
  return End::done;
}

/// RFC 8446, 5.1: a content type from 20 to 23, then the major version 3.
bool TlsStream::looks_like_tls() const {
  const auto type = static_cast<unsigned char>(first_bytes_[0]);
  return type >= 20 && type <= 23 && (first_bytes_.size() < 2 || first_bytes_[1] == 3);
}

void TlsStream::read_the_rest(Instant until, const Watch& watch) {
  std::array<char, kFirstBytes> buffer{};
  const Instant enough = std::min(until, std::chrono::steady_clock::now() + kRestOfAnswer);
  while (first_bytes_.size() < kFirstBytes) {
    const std::span<char> room(buffer.data(), kFirstBytes - first_bytes_.size());
    const Transfer transfer = read_some(socket_, room, enough, watch);
    if (transfer.end != Transfer::End::some) return;
    first_bytes_.append(buffer.data(), transfer.size);
  }
}

}  // namespace ingress_check
