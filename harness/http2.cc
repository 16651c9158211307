#include "harness/http2.h"

#include <limits>
#include <utility>

#include "harness/http2_parts.h"

namespace ingress_check {

Result<std::unique_ptr<Http2Session>> Http2Session::create(const Http2Limits& limits) {
  auto state = std::make_unique<State>(limits);
  if (!state->start()) return cannot("no memory for an HTTP/2 connection");
  return std::unique_ptr<Http2Session>(new Http2Session(std::move(state)));
}

Http2Session::Http2Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Http2Session::~Http2Session() = default;

bool Http2Session::request(const Http2Message& message, std::string_view cookie,
                           Http2Stream& stream) {
  State& state = *state_;
  if (room() == 0) return false;
  const auto& parts = *message.parts_;
  const std::vector<nghttp2_nv>* fields = &parts.fields;
  if (!cookie.empty()) {
    static constexpr std::string_view kName = "cookie";
    const auto bytes = [](std::string_view text) {
      return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    state.with_cookie = parts.fields;
    state.with_cookie.push_back(
        {bytes(kName), bytes(cookie), kName.size(), cookie.size(), NGHTTP2_NV_FLAG_NO_COPY_NAME});
    fields = &state.with_cookie;
  }
  const nghttp2_data_provider provider{{.ptr = nullptr}, State::read_body};
  const std::int32_t id =
      nghttp2_submit_request(state.session, nullptr, fields->data(), fields->size(),
                             parts.body.empty() ? nullptr : &provider, &stream);
  if (id < 0) return false;
  stream.id_ = id;
  stream.slot_ = static_cast<std::uint32_t>(state.open.size());
  stream.fields_ = stream.head_ = stream.interims_ = 0;
  stream.status_ = 0;
  stream.begun_ = stream.trailer_ = stream.whole_ = false;
  stream.sending_ = parts.body.empty() ? nullptr : &parts.body;
  stream.sent_ = 0;
  state.open.push_back(&stream);
  return true;
}

void Http2Session::cancel(Http2Stream& stream) {
  if (stream.id_ < 0) return;
  state_->over ? state_->forget(stream) : state_->detach(stream);
}

bool Http2Session::feed(std::string_view bytes) {
  State& state = *state_;
  while (!bytes.empty() && !state.over) {
    const auto piece = state.cutter.next(bytes);
    if (piece.empty()) break;
    const auto* first = reinterpret_cast<const std::uint8_t*>(piece.data());
    const auto size = nghttp2_session_mem_recv(state.session, first, piece.size());
    if (size < 0) {
      state.wrong = true;
      state.why = nghttp2_strerror(static_cast<int>(size));
      state.stop_if_wrong();
    } else if (state.cutter.ended()) {
      // Until a reset is sent, nghttp2 takes more from that stream for an error of the connection.
      if (!state.accepted || state.resets) state.drain(state.ready);
      state.accepted = false;
    }
  }
  if (!state.over && !nghttp2_session_check_request_allowed(state.session))
    state.drain(state.ready);
  return !state.wrong;
}

void Http2Session::close() { state_->end_all(false); }

bool Http2Session::output(std::string& into) {
  State& state = *state_;
  const std::size_t before = into.size();
  into.append(state.ready);
  state.ready.clear();
  if (!state.over) state.drain(into);
  return into.size() > before;
}

std::size_t Http2Session::room() const {
  const State& state = *state_;
  if (state.over || state.going_away || state.open.size() >= state.max_streams) return 0;
  if (nghttp2_session_get_next_stream_id(state.session) > std::numeric_limits<std::int32_t>::max())
    return 0;
  return state.max_streams - state.open.size();
}

std::size_t Http2Session::open() const { return state_->open.size(); }

bool Http2Session::going_away() const {
  return state_->going_away || state_->over ||
         nghttp2_session_get_next_stream_id(state_->session) >
             std::numeric_limits<std::int32_t>::max();
}

bool Http2Session::settled() const { return state_->settled; }
const std::string& Http2Session::why() const { return state_->why; }

}  // namespace ingress_check
