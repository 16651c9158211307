// How an attempt ended: libcurl's codes, the system's and what was seen on the way, as one Outcome.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "harness/attempt.h"

namespace ingress_check {
namespace {

Outcome outcome_of(int error) {
  switch (error) {
    case ECONNREFUSED:
      return Outcome::refused;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EACCES:
    case EPERM:
      return Outcome::unreachable;
    case EADDRNOTAVAIL:
    case EADDRINUSE:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EINVAL:
    case EAFNOSUPPORT:
      return Outcome::local;
    case ETIMEDOUT:
      return Outcome::connect_timeout;
    default:
      return Outcome::reset;
  }
}

Duration since(curl_off_t from, curl_off_t to) {
  return std::chrono::microseconds(to > from ? to - from : 0);
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

bool Attempt::reused() const {
  long made = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &made);
  return requests_ > 0 && (made == 0 || died_);
}

Outcome Attempt::connect_failure() const {
  if (died_) return Outcome::idle_close;
  if (socket_errno_) return outcome_of(socket_errno_);
  long error = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &error);
  return error ? outcome_of(static_cast<int>(error)) : Outcome::unreachable;
}

/// The connection ended before the response did.
Outcome Attempt::broken_off(CURLcode code) const {
  const std::string_view text = error_.data();
  if (holds(text, "nghttp2") || holds(text, "chunked-encoding")) return Outcome::malformed;
  if (!begun_ && tls_ && tls_->alert_received()) return Outcome::tls_error;
  if (!begun_ && reused()) return Outcome::idle_close;
  if (begun_ && (code == CURLE_GOT_NOTHING || holds(text, "unexpected eof")))
    return Outcome::truncated;
  // Half a status line never becomes a header, and HTTP/1 no HTTP/2 frame; only the kernel's count
  // shows that something came.
  if (code == CURLE_GOT_NOTHING && !plan_.out->https && plan_.received && *plan_.received > 1)
    return protocol_of(*plan_.out) == Protocol::http2_prior_knowledge ? Outcome::malformed
                                                                      : Outcome::truncated;
  return Outcome::reset;
}

Outcome Attempt::outcome(CURLcode code) const {
  switch (code) {
    case CURLE_OK:
      if (bad_field_) return Outcome::malformed;
      return headers_done_ ? Outcome::ok : begun_ ? Outcome::truncated : Outcome::reset;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Outcome::unresolved;
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
      return connect_failure();
    case CURLE_INTERFACE_FAILED:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_SSL_CERTPROBLEM:
      return begun_ ? Outcome::malformed : Outcome::local;
    case CURLE_OPERATION_TIMEDOUT:
      return requests_ > 0 ? Outcome::timeout : Outcome::connect_timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_SHUTDOWN_FAILED:
      return Outcome::tls_error;
    case CURLE_PARTIAL_FILE:
      return Outcome::truncated;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM:
      return broken_off(code);
    default:  // HTTP/0.9, a status line that is none, a bad length, HTTP/2 frames out of order
      return Outcome::malformed;
  }
}

std::string Attempt::detail(CURLcode code, Outcome outcome) const {
  if (outcome == Outcome::ok) return {};
  if (outcome == Outcome::tls_error && tls_) {
    if (const auto& facts = tls_->facts(); facts && !facts->verified && !plan_.insecure)
      return facts->verify_error;
    if (tls_->alert_received())
      return fmt::format("the server sent the alert {}", alert_name(*tls_->alert_received()));
  }
  if (socket_errno_) return std::strerror(socket_errno_);
  if (bad_field_) return "a header field without a colon";
  if (interim_ > kInterimLimit) return "no end of interim (1xx) responses";
  if (outcome == Outcome::idle_close) return "the kept connection was closed by the other side";
  if (code == CURLE_OK || (code == CURLE_GOT_NOTHING && outcome == Outcome::truncated))
    return "the connection was closed within the headers";
  if (code == CURLE_GOT_NOTHING && outcome == Outcome::malformed)
    return "the answer is not HTTP/2, or ended before it was";
  return error_[0] ? error_.data() : curl_easy_strerror(code);
}

Timings Attempt::timings() const {
  const auto value = [&](CURLINFO info) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy_, info, &microseconds);
    return microseconds;
  };
  const auto looked_up = value(CURLINFO_NAMELOOKUP_TIME_T);
  const auto connected = value(CURLINFO_CONNECT_TIME_T);
  const auto secured = value(CURLINFO_APPCONNECT_TIME_T);
  const auto ready = value(CURLINFO_PRETRANSFER_TIME_T);
  Timings told;
  if (!reused()) {
    told.connect = since(looked_up, connected);
    if (secured) told.tls = since(connected, secured);
  }
  if (begun_) told.first_byte = since(ready, value(CURLINFO_STARTTRANSFER_TIME_T));
  told.total = std::chrono::microseconds(value(CURLINFO_TOTAL_TIME_T));
  return told;
}

Exchange Attempt::finish(CURLcode code) {
  exchange_.outcome = outcome(code);
  exchange_.detail = detail(code, exchange_.outcome);
  exchange_.reused = reused();
  exchange_.timings = timings();
  long version = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  if (version == CURL_HTTP_VERSION_2_0)
    exchange_.version = plan_.out->https ? HttpVersion::http2 : HttpVersion::h2c;
  else if (version != CURL_HTTP_VERSION_NONE)
    exchange_.version = HttpVersion::http1;
  if (tls_ && !exchange_.reused) exchange_.tls = tls_->facts();
  return std::move(exchange_);
}

}  // namespace ingress_check
