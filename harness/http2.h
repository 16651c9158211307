// HTTP/2 as a client speaks it on one connection (RFC 9113), over nghttp2: requests in, bytes out;
// bytes in, responses out. No socket, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/response_listener.h"
#include "scenarios/error.h"
#include "scenarios/headers.h"

namespace ingress_check {

/// What a response may take; more resets its stream. The same as Http1Limits.
struct Http2Limits {
  std::uint32_t fields = 256;      ///< of head and trailer section together
  std::uint32_t head = 64 * 1024;  ///< bytes of names and values of these, 32 added for each
  std::uint32_t interims = 32;
};

/// One request, written down once and sent any number of times.
class Http2Message {
 public:
  /// `headers` without pseudo-fields; connection-specific ones (RFC 9113, 8.2.2) are left out,
  /// names become lower case, Host becomes :authority. `body` with no Content-Length of its own is
  /// sent with one.
  Http2Message(std::string_view method, std::string_view scheme, std::string_view authority,
               std::string_view path, const Headers& headers, std::string body, bool has_body);
  Http2Message(Http2Message&&) noexcept;
  Http2Message& operator=(Http2Message&&) noexcept;
  ~Http2Message();

  std::size_t size() const;  ///< bytes of names, values and body

 private:
  friend class Http2Session;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// How a stream ended.
enum class Http2End : std::uint8_t {
  done,       ///< a whole response
  refused,    ///< not processed by the server (GOAWAY, REFUSED_STREAM): may go out again
  reset,      ///< RST_STREAM before the response was whole
  truncated,  ///< the connection closed after the response began
  closed,     ///< the connection closed before any of it came
  malformed,  ///< not HTTP, or beyond our limits
};

/// Hears one response, then on_end() once. It lives until then, or until it is cancelled.
class Http2Stream : public ResponseListener {
 public:
  /// Called from feed() and close(). Requests may begin, this stream used for them too, and streams
  /// be cancelled here and in what else it hears; the session is neither fed, written out nor
  /// destroyed.
  virtual void on_end(Http2End how) = 0;

 protected:
  ~Http2Stream() = default;

 private:
  friend class Http2Session;
  std::int32_t id_ = -1;    ///< -1: not open
  std::uint32_t slot_ = 0;  ///< among the open ones
  std::uint32_t fields_ = 0, head_ = 0, interims_ = 0;
  std::uint16_t status_ = 0;              ///< of the latest head
  bool begun_ = false;                    ///< something of a response came
  bool trailer_ = false, whole_ = false;  ///< what comes is the trailer; all came
  const std::string* sending_ = nullptr;  ///< a body that is not all sent
  std::size_t sent_ = 0;
};

/// One connection. For one thread. Large windows (2^30), no push; allocates when more streams are
/// open at once than ever before, beside what nghttp2 does. How the bytes are cut into feeds makes
/// no difference to what a stream hears, but to how much of a body comes before it proves
/// malformed.
class Http2Session {
 public:
  /// The preface and SETTINGS are the first output. Errors: no memory.
  static Result<std::unique_ptr<Http2Session>> create(const Http2Limits& limits = {});
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;
  ~Http2Session();

  /// Begins a stream: its bytes are part of the next output. The message lives as long as the
  /// stream. `cookie` is added as one field if it is not empty. False: there is no room() for it.
  bool request(const Http2Message& message, std::string_view cookie, Http2Stream& stream);
  /// Resets it; it hears nothing more. Nothing if it is not open.
  void cancel(Http2Stream& stream);
  /// False: what came is not HTTP/2 (`why()`); every open stream has heard its end, and the last
  /// output says so to the server.
  bool feed(std::string_view bytes);
  /// The connection is gone: every open stream hears its end.
  void close();
  /// Appends all that is to be written now; true if there was something.
  bool output(std::string& into);

  /// How many more streams may be begun: what the server allows (100 until it says, RFC 9113, 6.5.2
  /// recommends no less) minus those that are open; 0 after GOAWAY or when numbers are used up.
  std::size_t room() const;
  std::size_t open() const;  ///< streams that have not ended
  bool going_away() const;   ///< the server will take no more streams: use another connection
  bool settled() const;      ///< the server's SETTINGS have come: it speaks HTTP/2
  /// What was wrong, or the error that the server's GOAWAY names; empty if nothing was.
  const std::string& why() const;

 private:
  struct State;
  explicit Http2Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ingress_check
