// HTTP/1.1 responses as a client reads them (RFC 9112): bytes in, events out. Strict: what two
// readers could understand differently is malformed, with one reason. No system call, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/response_listener.h"

namespace ingress_check {

/// Why a response is malformed. The rule is quoted in http1.cc where it is applied.
enum class Http1Fault : std::uint8_t {
  none,
  not_http,            ///< the first bytes are not "HTTP/": RFC 9112, 2.3 (HTTP/0.9, TLS, garbage)
  version,             ///< not HTTP/1.x: RFC 9112, 2.3
  status_line,         ///< RFC 9112, 4
  bare_cr,             ///< RFC 9112, 2.2
  bare_lf,             ///< RFC 9112, 2.2
  control_character,   ///< RFC 9110, 5.5
  field_name,          ///< empty, not a token, or a line without a colon: RFC 9112, 5
  space_before_colon,  ///< RFC 9112, 5.1
  folded_line,         ///< a line that begins with a blank: RFC 9112, 2.2 and 5.2
  content_length,      ///< not a number, above 2^63-1, or two that differ: RFC 9112, 6.3
  both_lengths,        ///< Content-Length and Transfer-Encoding: RFC 9112, 6.3
  transfer_coding,     ///< anything but one "chunked", or on HTTP/1.0: RFC 9112, 6.1
  body_forbidden,      ///< 1xx or 204 that announces a body: RFC 9112, 6.1; RFC 9110, 8.6
  chunk_size,          ///< no hexadecimal number, or above 2^63-1: RFC 9112, 7.1
  chunk_extension,     ///< what follows the size does not begin with ";": RFC 9112, 7.1.1
  chunk_end,           ///< no CRLF after a chunk's data: RFC 9112, 7.1
  line_too_long,       ///< this and the next three: our own limits
  too_many_fields,
  head_too_large,
  too_many_interims,
};
/// "not HTTP", "bare LF", "Content-Length and Transfer-Encoding", ...
std::string_view to_string(Http1Fault fault);

/// What one response may take, at least 1 each; more is malformed.
struct Http1Limits {
  std::uint32_t line = 16 * 1024;  ///< bytes of one line with its CRLF; at least 2
  std::uint32_t fields = 256;      ///< of all heads and the trailer section together
  std::uint32_t head = 64 * 1024;  ///< bytes of all heads and the trailer section together
  std::uint32_t interims = 32;     ///< 1xx responses before the final one
};

/// Reads responses of one connection, one after the other. How the bytes are cut into feeds makes
/// no difference to what is found. Allocates only for a line that comes in pieces, and keeps that
/// memory (at most Http1Limits::line). For one thread at a time.
class Http1Response {
 public:
  enum class State : std::uint8_t {
    waiting,    ///< no byte yet
    head,       ///< in the status line, an interim response, or the fields
    body,       ///< after the final head; chunk framing and trailer section included
    done,       ///< whole; what follows belongs to the next response
    truncated,  ///< the server closed before the end: RFC 9112, 8
    malformed,  ///< see fault(); the connection is of no further use
  };

  Http1Response() { begin(false); }
  explicit Http1Response(const Http1Limits& limits) : limits_(limits) { begin(false); }

  /// Forgets the last response. `to_head`: the request is HEAD, so no body follows.
  void begin(bool to_head);
  /// How many of the bytes belong to this response: all of them unless it became done or malformed
  /// (then what is left is not of this response, or of no use). 0 once it has ended.
  std::size_t feed(std::string_view bytes, ResponseListener* listener = nullptr);
  /// The server closed its side: a body without announced length is done, an unfinished response
  /// truncated. `waiting` stays: the server never answered.
  void close();

  State state() const { return state_; }
  bool ended() const { return state_ >= State::done; }
  Http1Fault fault() const { return fault_; }
  int status() const { return status_; }        ///< of the latest status line; 0: none yet
  int minor_version() const { return minor_; }  ///< HTTP/1.x: x, 0 to 9
  /// Of the body so far, without chunk framing and trailer section.
  std::uint64_t body_bytes() const { return body_bytes_; }
  std::uint32_t interims() const { return interims_; }  ///< 1xx responses seen, without 101
  /// Done, and the server did not say that it will close: RFC 9112, 9.3.
  bool reusable() const { return state_ == State::done && keep_; }

 private:
  enum class Phase : std::uint8_t {
    status,
    field,
    length,
    to_close,
    size,
    data,
    data_end,
    trailer
  };

  std::size_t feed_lines(std::string_view bytes, ResponseListener* listener);
  std::size_t feed_line(std::string_view bytes, ResponseListener* listener);
  std::size_t feed_body(std::string_view bytes, ResponseListener* listener);
  std::size_t read_line(std::string_view line, ResponseListener* listener);
  std::size_t read_status(std::string_view line, ResponseListener* listener);
  std::size_t read_field(std::string_view line, ResponseListener* listener);
  std::size_t read_size(std::string_view line);
  std::size_t read_data_end(std::string_view line);
  std::size_t read_no_field(std::string_view line, std::size_t at);
  std::size_t read_to_end(std::string_view line, std::size_t from);
  std::size_t read_odd_end(std::string_view line, std::size_t at);
  bool count_head(std::size_t bytes);
  void note_field(std::string_view name, std::string_view value);
  void note_options(std::string_view value);
  void note_length(std::string_view value);
  void note_coding(std::string_view value);
  void end_head();
  void end_interim();
  void begin_head();
  std::size_t fail(Http1Fault fault);

  bool interim() const { return status_ < 200 && status_ != 101; }

  Http1Limits limits_;
  State state_ = State::waiting;
  Phase phase_ = Phase::status;
  Http1Fault fault_ = Http1Fault::none;
  bool to_head_ = false, keep_ = false;
  bool has_length_ = false, chunked_ = false, says_close_ = false, says_keep_ = false;
  std::uint8_t minor_ = 0;
  std::uint16_t status_ = 0;
  std::uint32_t interims_ = 0, fields_ = 0, head_bytes_ = 0;
  std::uint64_t length_ = 0;  ///< Content-Length
  std::uint64_t left_ = 0;    ///< of the body or the chunk
  std::uint64_t body_bytes_ = 0;
  std::string carry_;  ///< the beginning of a line that is not complete
};

}  // namespace ingress_check
