#include "harness/http1.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>

#include "harness/http1_grammar.h"

namespace ingress_check {
namespace {

using Fault = Http1Fault;
using http1_grammar::is_blank, http1_grammar::is_control, http1_grammar::is_digit;
using http1_grammar::kToken, http1_grammar::trimmed;

/// Where the first control character (HTAB is none) stands, or the size. Sixteen bytes at a time
/// where the processor can.
inline std::size_t find_control(std::string_view text, std::size_t from) {
  std::size_t at = from;
#ifdef __SSE2__
  const __m128i highest = _mm_set1_epi8(0x1f), tab = _mm_set1_epi8('\t'), del = _mm_set1_epi8(0x7f);
  for (; text.size() - at >= 16; at += 16) {
    const auto* here = reinterpret_cast<const __m128i*>(text.data() + at);
    const __m128i bytes = _mm_loadu_si128(here);
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, highest), bytes);
    const __m128i hits =
        _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, del));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return at + static_cast<unsigned>(std::countr_zero(mask));
  }
#endif
  while (at < text.size() && !is_control(text[at])) ++at;
  return at;
}

#ifdef __SSE2__
/// Bits of the bytes from `least` on, `count` of them.
__m128i within(__m128i bytes, char least, char count) {
  const __m128i from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8(least));
  const __m128i most = _mm_set1_epi8(static_cast<char>(count - 1));
  return _mm_cmpeq_epi8(_mm_min_epu8(from_zero, most), from_zero);
}

/// How many letters, digits and hyphens the first sixteen bytes begin with.
std::size_t usual_token_size(const char* text) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i letters = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
  const __m128i others =
      _mm_or_si128(within(bytes, '0', 10), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
  const auto usual = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(letters, others)));
  return static_cast<std::size_t>(std::countr_one(usual));
}
#endif

/// How many characters of a token it begins with.
std::size_t token_size(std::string_view text) {
  std::size_t at = 0;
#ifdef __SSE2__
  if (text.size() >= 16) {
    at = usual_token_size(text.data());
    if (at < 16 && text[at] == ':') return at;
  }
#endif
  while (at < text.size() && kToken[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

}  // namespace

std::string_view to_string(Http1Fault fault) {
  constexpr std::array<std::string_view, 21> words{"none",
                                                   "not HTTP",
                                                   "not HTTP/1.x",
                                                   "malformed status line",
                                                   "bare CR",
                                                   "bare LF",
                                                   "control character",
                                                   "malformed field name",
                                                   "blank before the colon",
                                                   "folded line",
                                                   "invalid Content-Length",
                                                   "Content-Length and Transfer-Encoding",
                                                   "unknown transfer coding",
                                                   "a body where none is allowed",
                                                   "invalid chunk size",
                                                   "malformed chunk extension",
                                                   "no CRLF after a chunk",
                                                   "line too long",
                                                   "too many fields",
                                                   "header section too large",
                                                   "too many interim responses"};
  return words[static_cast<std::size_t>(fault)];
}

void Http1Response::begin(bool to_head) {
  state_ = State::waiting;
  fault_ = Fault::none;
  to_head_ = to_head;
  status_ = 0;
  minor_ = 0;
  interims_ = fields_ = head_bytes_ = 0;
  left_ = body_bytes_ = 0;
  carry_.clear();
  begin_head();
}

void Http1Response::begin_head() {
  phase_ = Phase::status;
  keep_ = has_length_ = chunked_ = says_close_ = says_keep_ = false;
  length_ = 0;
}

std::size_t Http1Response::fail(Http1Fault fault) {
  state_ = State::malformed;
  fault_ = fault;
  return 0;
}

bool Http1Response::count_head(std::size_t bytes) {
  head_bytes_ += static_cast<std::uint32_t>(bytes);
  if (head_bytes_ > limits_.head) fail(Fault::head_too_large);
  return head_bytes_ <= limits_.head;
}

std::size_t Http1Response::feed(std::string_view bytes, ResponseListener* listener) {
  std::size_t used = 0;
  while (used < bytes.size() && !ended()) {
    const auto rest = bytes.substr(used);
    const bool in_body =
        phase_ == Phase::length || phase_ == Phase::data || phase_ == Phase::to_close;
    used += in_body ? feed_body(rest, listener) : feed_lines(rest, listener);
  }
  return used;
}

// "A message body that uses the chunked transfer coding is incomplete if the zero-sized chunk that
// terminates the encoding has not been received. A message that uses a valid Content-Length is
// incomplete if the size of the message body received (in octets) is less than the value given by
// Content-Length. A response that has neither chunked transfer coding nor Content-Length is
// terminated by closure of the connection" (RFC 9112, 8).
void Http1Response::close() {
  if (ended() || state_ == State::waiting) return;
  state_ = phase_ == Phase::to_close ? State::done : State::truncated;
}

std::size_t Http1Response::feed_body(std::string_view bytes, ResponseListener* listener) {
  if (phase_ != Phase::to_close)
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  body_bytes_ += bytes.size();
  if (listener) listener->on_body(bytes);
  if (phase_ == Phase::to_close) return bytes.size();
  left_ -= bytes.size();
  if (left_ == 0) {
    if (phase_ == Phase::length) state_ = State::done;
    phase_ = Phase::data_end;
  }
  return bytes.size();
}

/// As many fields as are there whole, one right after the other; else a line of any kind.
std::size_t Http1Response::feed_lines(std::string_view bytes, ResponseListener* listener) {
  std::size_t used = 0;
  while (phase_ == Phase::field && carry_.empty() && used < bytes.size() && !ended()) {
    const std::size_t size = read_field(bytes.substr(used, limits_.line), listener);
    if (size == 0) break;
    used += size;
  }
  return used > 0 || ended() ? used : feed_line(bytes, listener);
}

/// Every read_...() judges a line from its beginning and decides at the same byte however much
/// follows: 0 means that it is not complete, or malformed.
std::size_t Http1Response::feed_line(std::string_view bytes, ResponseListener* listener) {
  if (state_ == State::waiting) state_ = State::head;
  if (carry_.empty()) {
    const std::size_t size = read_line(bytes.substr(0, limits_.line), listener);
    if (size > 0 || ended()) return size;
    if (bytes.size() >= limits_.line) return fail(Fault::line_too_long);
    carry_.assign(bytes);
    return bytes.size();
  }
  auto piece = bytes.substr(0, limits_.line - carry_.size());
  piece = piece.substr(0, std::min(piece.find('\n'), piece.size() - 1) + 1);
  carry_.append(piece);
  if (read_line(carry_, listener) > 0)
    carry_.clear();
  else if (!ended() && carry_.size() >= limits_.line)
    fail(Fault::line_too_long);
  return ended() && state_ == State::malformed ? 0 : piece.size();
}

std::size_t Http1Response::read_line(std::string_view line, ResponseListener* listener) {
  switch (phase_) {
    case Phase::status:
      return read_status(line, listener);
    case Phase::size:
      return read_size(line);
    case Phase::data_end:
      return read_data_end(line);
    default:
      return read_field(line, listener);
  }
}

// "a recipient MAY recognize a single LF as a line terminator and ignore any preceding CR" (RFC
// 9112, 2.2): we do not, since two readers would disagree. "A recipient of such a bare CR MUST
// consider that element to be invalid or replace each bare CR with SP" (2.2): invalid. "Field
// values containing CR, LF, or NUL characters are invalid and dangerous [...] Field values
// containing other CTL characters are also invalid" (RFC 9110, 5.5).
std::size_t Http1Response::read_to_end(std::string_view line, std::size_t from) {
  const std::size_t at = find_control(line, from);
  const bool usual = at + 1 < line.size() && line[at] == '\r' && line[at + 1] == '\n';
  return usual ? at + 2 : read_odd_end(line, at);
}

std::size_t Http1Response::read_odd_end(std::string_view line, std::size_t at) {
  if (at == line.size()) return 0;
  if (line[at] == '\n') return fail(Fault::bare_lf);
  if (line[at] != '\r') return fail(Fault::control_character);
  return at + 1 == line.size() ? 0 : fail(Fault::bare_cr);
}

// "status-line = HTTP-version SP status-code SP [ reason-phrase ]" (RFC 9112, 4), and
// "HTTP-version = HTTP-name "/" DIGIT "." DIGIT" (2.3), case-sensitive. A higher minor version is
// read as 1.1 (RFC 9110, 2.5). The one thing that we let pass: no SP after the code where there is
// no reason, which is common and leaves nothing in doubt. An empty line before is malformed: only
// servers may skip one (2.2).
std::size_t Http1Response::read_status(std::string_view line, ResponseListener* listener) {
  constexpr std::string_view form = "HTTP/1.0 000";
  const std::size_t known = std::min(line.size(), form.size());
  const std::size_t usual = line.starts_with("HTTP/1.") ? 7 : 0;
  for (std::size_t i = usual; i < known; ++i)
    if (form[i] == '0' ? !is_digit(line[i]) : line[i] != form[i])
      return fail(i < 5 ? Fault::not_http : i < 8 ? Fault::version : Fault::status_line);
  if (line.size() > 9 && line[9] == '0') return fail(Fault::status_line);
  if (line.size() <= form.size()) return 0;
  if (line[12] == '\n') return fail(Fault::bare_lf);
  if (line[12] != ' ' && line[12] != '\r') return fail(Fault::status_line);
  const std::size_t size = read_to_end(line, 12);
  if (size == 0 || !count_head(size)) return 0;
  minor_ = static_cast<std::uint8_t>(line[7] - '0');
  status_ =
      static_cast<std::uint16_t>((line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0');
  phase_ = Phase::field;
  if (listener)
    listener->on_status(status_, size > 15 ? line.substr(13, size - 15) : std::string_view{});
  return size;
}

// "field-line = field-name ":" OWS field-value OWS" (RFC 9112, 5). "No whitespace is allowed
// between the field name and colon. In the past, differences in the handling of such whitespace
// have led to security vulnerabilities" (5.1). "A sender MUST NOT generate a message that includes
// line folding" (5.2): a user agent would replace it by SP; we refuse it, as "A recipient that
// receives whitespace between the start-line and the first header field MUST either reject the
// message as invalid or consume each whitespace-preceded line" (2.2).
std::size_t Http1Response::read_field(std::string_view line, ResponseListener* listener) {
  const std::size_t colon = token_size(line);
  if (colon == line.size()) return 0;
  if (line[colon] != ':' || colon == 0) return read_no_field(line, colon);
  const std::size_t size = read_to_end(line, colon + 1);
  if (size == 0 || !count_head(size)) return 0;
  if (++fields_ > limits_.fields) return fail(Fault::too_many_fields);
  const std::string_view name(line.data(), colon);
  const auto value = trimmed({line.data() + colon + 1, size - colon - 3});
  if (phase_ == Phase::field) note_field(name, value);
  if (state_ == State::malformed) return 0;
  if (listener) {
    using Section = ResponseListener::Section;
    const auto head = interim() ? Section::interim : Section::head;
    listener->on_field(phase_ == Phase::trailer ? Section::trailer : head, name, value);
  }
  return size;
}

/// The empty line that ends them, or what is wrong at the first character that is none of a name.
std::size_t Http1Response::read_no_field(std::string_view line, std::size_t at) {
  const char c = line[at];
  if (c == '\n') return fail(Fault::bare_lf);
  if (is_blank(c)) return fail(at == 0 ? Fault::folded_line : Fault::space_before_colon);
  if (c != '\r' || at > 0)
    return fail(is_control(c) && c != '\r' ? Fault::control_character : Fault::field_name);
  if (line.size() == 1) return 0;
  if (line[1] != '\n') return fail(Fault::bare_cr);
  if (!count_head(2)) return 0;
  phase_ == Phase::trailer ? void(state_ = State::done) : end_head();
  return state_ == State::malformed ? 0 : 2;
}

}  // namespace ingress_check
