// What HTTP/2 is made of over nghttp2: for the files that implement http2.h.
#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>

#include "harness/http2.h"

namespace ingress_check {

struct Http2Message::Parts {
  std::string text;                ///< all names and values, one after the other
  std::vector<nghttp2_nv> fields;  ///< into `text`; pseudo-fields first (RFC 9113, 8.3)
  std::string body;
};

/// Where frames end (RFC 9113, 4.1). They are given to nghttp2 one by one, so that what is wrong
/// with one has its effect before the next, however the bytes are cut; and their heads in one
/// piece, since nghttp2 (1.52 of Debian 12) counts each piece of a CONTINUATION's head as one.
class Http2FrameCutter {
 public:
  /// The next bytes to give, no more than to the end of a frame, taken away from `bytes`; empty if
  /// a head is not complete. Valid until the next call.
  std::string_view next(std::string_view& bytes) {
    if (head_ == 0 && bytes.size() >= kHead) {
      begin(bytes.data());
      return taken(bytes, kHead + payload(bytes.size() - kHead));
    }
    if (head_ == kHead) return taken(bytes, payload(bytes.size()));
    const auto piece = taken(bytes, std::min(kHead - head_, bytes.size()));
    std::copy(piece.begin(), piece.end(), kept_.begin() + head_);
    head_ += piece.size();
    if (head_ < kHead) return {};
    begin(kept_.data());
    return {kept_.data(), kHead};
  }
  /// True if what was given last ended a frame; then the next one begins.
  bool ended() {
    if (head_ < kHead || left_ > 0) return false;
    head_ = 0;
    return true;
  }

 private:
  static constexpr std::size_t kHead = 9;

  void begin(const char* head) {
    const auto byte = [&](int i) {
      return static_cast<unsigned>(static_cast<unsigned char>(head[i]));
    };
    left_ = byte(0) << 16 | byte(1) << 8 | byte(2);
    head_ = kHead;
  }
  std::size_t payload(std::size_t most) {
    const std::size_t size = std::min(left_, most);
    left_ -= size;
    return size;
  }
  static std::string_view taken(std::string_view& bytes, std::size_t size) {
    const auto piece = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return piece;
  }

  std::size_t head_ = 0, left_ = 0;
  std::array<char, kHead> kept_{};
};

/// The callbacks of nghttp2 are its static functions: `self` is the State. They find a stream by
/// what is attached to it; nothing is attached once it has ended or was cancelled.
struct Http2Session::State {
  nghttp2_session* session = nullptr;
  Http2Limits limits;
  std::vector<Http2Stream*> open;  ///< Http2Stream::slot_ is the place in it
  std::vector<nghttp2_nv> with_cookie;
  std::string ready;  ///< to be written: what feed() had to bring forth
  std::string why;
  Http2FrameCutter cutter;
  Http2Stream* hearing = nullptr;  ///< whose frame came last
  std::int32_t reset_by_peer = 0;
  std::uint32_t max_streams = 100;  ///< RFC 9113, 6.5.2
  bool accepted = false;            ///< nghttp2 took the frame that ended last
  bool resets = false;              ///< a stream is to be reset in the next output
  bool settled = false, going_away = false;
  bool wrong = false;  ///< we had to send GOAWAY, or nghttp2 failed
  bool over = false;   ///< no more is read or sent, and nghttp2 is not called any more

  explicit State(const Http2Limits& most) : limits(most) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { nghttp2_session_del(session); }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* self);
  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                  std::size_t size, void* self);
  static int frame_came(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t code, void* self);
  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source*, void* self);

  bool start();
  Http2Stream* find(std::int32_t id);
  bool take_status(Http2Stream& stream, std::string_view digits) const;
  bool take_field(Http2Stream& stream, std::string_view name, std::string_view value) const;
  void end_stream_came(std::int32_t id);
  void note_goaway(const nghttp2_goaway& goaway, std::string_view who);
  void forget(Http2Stream& stream);
  void detach(Http2Stream& stream);
  void end_all(bool malformed);
  void stop_if_wrong();
  void drain(std::string& into);
};

}  // namespace ingress_check
