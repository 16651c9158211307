// What nghttp2 tells, and what follows from it for the streams.
#include <array>
#include <limits>

#include "harness/http2_parts.h"

namespace ingress_check {
namespace {

constexpr std::int32_t kWindow = 1 << 30;
constexpr int kReset = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  ///< of the stream, not of all

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

Http2Stream* Http2Session::State::find(std::int32_t id) {
  if (hearing && hearing->id_ == id) return hearing;
  if (over) return nullptr;
  hearing = static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
  return hearing;
}

/// Out of the list of open streams: it may begin another one, or be no more.
void Http2Session::State::forget(Http2Stream& stream) {
  open.back()->slot_ = stream.slot_;
  open[stream.slot_] = open.back();
  open.pop_back();
  if (hearing == &stream) hearing = nullptr;
  stream.id_ = -1;
}

/// The same for a stream that nghttp2 has not closed.
void Http2Session::State::detach(Http2Stream& stream) {
  nghttp2_session_set_stream_user_data(session, stream.id_, nullptr);
  nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream.id_, NGHTTP2_CANCEL);
  forget(stream);
}

int Http2Session::State::begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  auto& state = *static_cast<State*>(self);
  Http2Stream* stream = state.find(frame->hd.stream_id);
  if (!stream) return 0;
  stream->begun_ = true;
  stream->trailer_ = stream->status_ >= 200;
  if (!stream->trailer_) stream->status_ = 0;
  return 0;
}

// nghttp2 has seen to it that fields are in lower case, without control characters or blanks around
// the value (RFC 9113, 8.2.1), not connection-specific (8.2.2), and that the only pseudo-field is
// one :status of three digits, first, in no trailer (8.3, 8.3.2).
int Http2Session::State::header(nghttp2_session*, const nghttp2_frame* frame,
                                const std::uint8_t* name, std::size_t name_size,
                                const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                                void* self) {
  auto& state = *static_cast<State*>(self);
  Http2Stream* stream = state.find(frame->hd.stream_id);
  if (!stream) return 0;
  const bool taken =
      *name == ':' ? state.take_status(*stream, view(value, value_size))
                   : state.take_field(*stream, view(name, name_size), view(value, value_size));
  return taken ? 0 : kReset;
}

bool Http2Session::State::take_status(Http2Stream& stream, std::string_view digits) const {
  const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0';
  if (status < 100) return false;
  if (status < 200 && ++stream.interims_ > limits.interims) return false;
  stream.status_ = static_cast<std::uint16_t>(status);
  stream.on_status(status, {});
  return true;
}

bool Http2Session::State::take_field(Http2Stream& stream, std::string_view name,
                                     std::string_view value) const {
  using Section = ResponseListener::Section;
  stream.head_ += static_cast<std::uint32_t>(name.size() + value.size() + 32);
  if (stream.status_ == 0 || ++stream.fields_ > limits.fields || stream.head_ > limits.head)
    return false;
  const auto head = stream.status_ < 200 ? Section::interim : Section::head;
  stream.on_field(stream.trailer_ ? Section::trailer : head, name, value);
  return true;
}

int Http2Session::State::data(nghttp2_session*, std::uint8_t, std::int32_t id,
                              const std::uint8_t* bytes, std::size_t size, void* self) {
  Http2Stream* stream = static_cast<State*>(self)->find(id);
  if (stream && size > 0) stream->on_body(view(bytes, size));
  return 0;
}

int Http2Session::State::frame_came(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  auto& state = *static_cast<State*>(self);
  state.accepted = true;
  switch (frame->hd.type) {
    case NGHTTP2_DATA:
    case NGHTTP2_HEADERS:
      if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) state.end_stream_came(frame->hd.stream_id);
      break;
    case NGHTTP2_RST_STREAM:
      state.reset_by_peer = frame->hd.stream_id;
      break;
    case NGHTTP2_SETTINGS:
      if (frame->hd.flags & NGHTTP2_FLAG_ACK) break;
      state.settled = true;
      state.max_streams = nghttp2_session_get_remote_settings(
          state.session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
      break;
    case NGHTTP2_GOAWAY:
      state.going_away = true;
      if (frame->goaway.error_code != NGHTTP2_NO_ERROR)
        state.note_goaway(frame->goaway, "the server's GOAWAY");
      break;
    default:
      break;
  }
  return 0;
}

// "A server can send a complete response prior to the client sending an entire request if the
// response does not depend on any portion of the request that has not been sent and received" (RFC
// 9113, 8.1). Nobody needs the rest of it then. In any other case nghttp2 closes the stream next.
void Http2Session::State::end_stream_came(std::int32_t id) {
  Http2Stream* stream = find(id);
  if (!stream) return;
  stream->whole_ = true;
  if (!stream->sending_) return;
  detach(*stream);
  stream->on_end(Http2End::done);
}

void Http2Session::State::note_goaway(const nghttp2_goaway& goaway, std::string_view who) {
  why.assign(who).append(": ").append(nghttp2_http2_strerror(goaway.error_code));
  const auto words = view(goaway.opaque_data, std::min<std::size_t>(goaway.opaque_data_len, 200));
  if (!words.empty()) why.append(", ");
  for (const char c : words) why += c >= ' ' && c < 0x7f ? c : '?';
}

int Http2Session::State::frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (frame->hd.type != NGHTTP2_GOAWAY) return 0;
  auto& state = *static_cast<State*>(self);
  state.wrong = true;
  state.note_goaway(frame->goaway, "not HTTP/2");
  return 0;
}

// "The REFUSED_STREAM error code can be included in a RST_STREAM frame to indicate that the stream
// is being closed prior to any processing having occurred. Any request that was sent on the reset
// stream can be safely retried" (RFC 9113, 8.7). nghttp2 closes with that code also what GOAWAY's
// last stream leaves out (6.8). A reset that is not the server's is our answer to a malformed
// response (8.1.1).
int Http2Session::State::stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t code,
                                       void* self) {
  auto& state = *static_cast<State*>(self);
  Http2Stream* stream = state.find(id);
  if (!stream) return 0;
  state.forget(*stream);
  const bool refused = code == NGHTTP2_REFUSED_STREAM;
  const bool theirs = refused || state.reset_by_peer == id;
  stream->on_end(stream->whole_               ? Http2End::done
                 : refused && !stream->begun_ ? Http2End::refused
                 : theirs                     ? Http2End::reset
                                              : Http2End::malformed);
  return 0;
}

ssize_t Http2Session::State::read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into,
                                       std::size_t most, std::uint32_t* flags, nghttp2_data_source*,
                                       void* self) {
  Http2Stream* stream = static_cast<State*>(self)->find(id);
  if (!stream || !stream->sending_) return kReset;
  const std::string& body = *stream->sending_;
  const std::size_t size = std::min(most, body.size() - stream->sent_);
  std::copy_n(body.data() + stream->sent_, size, into);
  stream->sent_ += size;
  if (stream->sent_ == body.size()) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    stream->sending_ = nullptr;
  }
  return static_cast<ssize_t>(size);
}

/// Everyone hears the end; who begins or cancels a stream meanwhile is in time for it.
void Http2Session::State::end_all(bool malformed) {
  over = true;
  while (!open.empty()) {
    Http2Stream& stream = *open.back();
    forget(stream);
    stream.on_end(malformed       ? Http2End::malformed
                  : stream.begun_ ? Http2End::truncated
                                  : Http2End::closed);
  }
}

/// What comes after GOAWAY when all is answered does not matter: nghttp2 does not always read it.
void Http2Session::State::stop_if_wrong() {
  if (!wrong || over) return;
  wrong = !going_away || !open.empty();
  end_all(true);
}

/// Writes all there is to write. A stream that is reset on our side hears its end in here.
void Http2Session::State::drain(std::string& into) {
  const std::uint8_t* bytes = nullptr;
  ssize_t size = 0;
  while ((size = nghttp2_session_mem_send(session, &bytes)) > 0)
    into.append(view(bytes, static_cast<std::size_t>(size)));
  if (size < 0) {
    wrong = true;
    why = nghttp2_strerror(static_cast<int>(size));
  }
  stop_if_wrong();
}

bool Http2Session::State::start() {
  nghttp2_session_callbacks* calls = nullptr;
  nghttp2_option* option = nullptr;
  bool good = nghttp2_session_callbacks_new(&calls) == 0 && nghttp2_option_new(&option) == 0;
  if (good) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(calls, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(calls, header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(
        calls, [](auto*, auto*, auto*, auto, auto*, auto, auto, auto*) -> int { return kReset; });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, frame_came);
    nghttp2_session_callbacks_set_on_frame_send_callback(calls, frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(calls, stream_closed);
    // How much one feed() may ask for must not depend on how the bytes are cut; a reader's buffer
    // bounds it. And a jar of cookies may be larger than the 64 KiB that nghttp2 would send.
    nghttp2_option_set_max_outbound_ack(option, std::numeric_limits<std::size_t>::max());
    nghttp2_option_set_max_send_header_block_length(option, 1 << 24);
    good = nghttp2_session_client_new2(&session, calls, this, option) == 0;
  }
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(calls);
  const std::array<nghttp2_settings_entry, 3> ours{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
       {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
       {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.head}}};
  return good &&
         nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, ours.data(), ours.size()) == 0 &&
         nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kWindow) == 0;
}

}  // namespace ingress_check
