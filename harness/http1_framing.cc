// Where a response's body ends: RFC 9112, 6 and 7.
#include <algorithm>
#include <limits>

#include "harness/http1.h"
#include "harness/http1_grammar.h"

namespace ingress_check {
namespace {

using Fault = Http1Fault;
using namespace http1_grammar;

/// Lengths up to here: what a signed 64-bit number holds.
constexpr std::uint64_t kMaxLength = std::numeric_limits<std::int64_t>::max();

/// 0 to 15, or -1.
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

void Http1Response::note_field(std::string_view name, std::string_view value) {
  const auto is = [name](std::string_view usual, std::string_view lower) {
    return name == usual || same(name, lower);  // nearly all are written as usual
  };
  if (name.size() == 14 && is("Content-Length", "content-length")) return note_length(value);
  if (name.size() == 17 && is("Transfer-Encoding", "transfer-encoding")) return note_coding(value);
  if (name.size() == 10 && is("Connection", "connection")) note_options(value);
}

void Http1Response::note_options(std::string_view value) {
  if (value == "keep-alive") {
    says_keep_ = true;
    return;
  }
  for_each_element(value, [&](std::string_view option) {
    says_close_ = says_close_ || same(option, "close");
    says_keep_ = says_keep_ || same(option, "keep-alive");
  });
}

// "Content-Length = 1*DIGIT" (RFC 9110, 8.6). "If a message is received without Transfer-Encoding
// and with an invalid Content-Length header field, then the message framing is invalid and the
// recipient MUST treat it as an unrecoverable error, unless the field value can be successfully
// parsed as a comma-separated list, all values in the list are valid, and all values in the list
// are the same" (RFC 9112, 6.3). Several lines of the field are one list (RFC 9110, 5.2).
void Http1Response::note_length(std::string_view list) {
  const auto note = [this](std::string_view digits) {
    std::uint64_t value = 0;
    for (const char c : digits) {
      if (!is_digit(c) || value > kMaxLength / 10) return void(fail(Fault::content_length));
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (digits.empty() || value > kMaxLength || (has_length_ && value != length_))
      return void(fail(Fault::content_length));
    has_length_ = true;
    length_ = value;
  };
  std::ranges::all_of(list, is_digit) ? note(list) : for_each_element(list, note);
  if (chunked_ && !ended()) fail(Fault::both_lengths);
}

// "A sender MUST NOT apply the chunked transfer coding more than once to a message body"; "A server
// or client that receives an HTTP/1.0 message containing a Transfer-Encoding header field MUST
// treat the message as if the framing is faulty" (RFC 9112, 6.1). We send no TE, so no other coding
// may be applied (RFC 9110, 10.1.4). "If a message is received with both a Transfer-Encoding and a
// Content-Length header field [...] Such a message might indicate an attempt to perform request
// smuggling or response splitting and ought to be handled as an error" (RFC 9112, 6.3).
void Http1Response::note_coding(std::string_view list) {
  if (minor_ == 0) return void(fail(Fault::transfer_coding));
  for_each_element(list, [this](std::string_view coding) {
    if (chunked_ || !same(coding, "chunked")) return void(fail(Fault::transfer_coding));
    chunked_ = true;
  });
  if (has_length_ && !ended()) fail(Fault::both_lengths);
}

// "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or
// 304 (Not Modified) status code is always terminated by the first empty line after the header
// fields"; then chunked, then Content-Length; "Otherwise, this is a response message without a
// declared message body length, so the message body length is determined by the number of octets
// received prior to the server closing the connection" (RFC 9112, 6.3). "A server MUST NOT send a
// Transfer-Encoding header field in any response with a status code of 1xx (Informational) or 204
// (No Content)" (6.1), nor a Content-Length (RFC 9110, 8.6): a length of 0 does no harm and passes.
void Http1Response::end_head() {
  const bool bodiless = status_ < 200 || status_ == 204;
  if (bodiless && (chunked_ || length_ > 0)) return void(fail(Fault::body_forbidden));
  if (interim()) return end_interim();
  // "If the "close" connection option is present, the connection will not persist"; HTTP/1.1
  // persists, HTTP/1.0 with "keep-alive" (RFC 9112, 9.3). After 101 it speaks something else.
  keep_ = !says_close_ && (minor_ > 0 || says_keep_) && status_ != 101;
  if (bodiless || to_head_ || status_ == 304 || (has_length_ && length_ == 0)) {
    state_ = State::done;
    return;
  }
  state_ = State::body;
  if (chunked_) {
    phase_ = Phase::size;
  } else if (has_length_) {
    phase_ = Phase::length;
    left_ = length_;
  } else {
    phase_ = Phase::to_close;
    keep_ = false;
  }
}

// "A client MUST be able to parse one or more 1xx responses received prior to a final response,
// even if the client does not expect one" (RFC 9110, 15.2).
void Http1Response::end_interim() {
  if (++interims_ > limits_.interims) return void(fail(Fault::too_many_interims));
  begin_head();
}

// "chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF", "chunk-size = 1*HEXDIG" and "Recipients
// MUST anticipate potentially large hexadecimal numerals and prevent parsing errors due to integer
// conversion overflows" (RFC 9112, 7.1). "chunk-ext = *( BWS ";" BWS chunk-ext-name [...] )" and "A
// recipient MUST ignore unrecognized chunk extensions" (7.1.1): passed over, but counted as head.
// Blanks between the size and CRLF are no extension.
std::size_t Http1Response::read_size(std::string_view line) {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < line.size(); ++digits) {
    const int digit = hex_digit(line[digits]);
    if (digit < 0) break;
    if (value > kMaxLength >> 4) return fail(Fault::chunk_size);
    value = value << 4 | static_cast<std::uint64_t>(digit);
  }
  if (digits == line.size()) return 0;
  if (digits == 0) return fail(Fault::chunk_size);
  std::size_t at = digits;
  while (at < line.size() && is_blank(line[at])) ++at;
  if (at == line.size()) return 0;
  if (line[at] != ';' && (!is_control(line[at]) || (line[at] == '\r' && at > digits)))
    return fail(Fault::chunk_extension);
  const std::size_t size = read_to_end(line, at);
  if (size == 0 || !count_head(size - 2 - digits)) return 0;
  left_ = value;
  phase_ = value > 0 ? Phase::data : Phase::trailer;
  return size;
}

// As 7.1 has it: exactly CRLF. Anything else means that size and data do not belong together.
std::size_t Http1Response::read_data_end(std::string_view line) {
  if (line[0] != '\r') return fail(Fault::chunk_end);
  if (line.size() == 1) return 0;
  if (line[1] != '\n') return fail(Fault::chunk_end);
  phase_ = Phase::size;
  return 2;
}

}  // namespace ingress_check
