// One connection of a load, opened as often as needed: TCP, TLS on top of it or not, HTTP/1.1 or
// HTTP/2. Bytes in, answers out; who sends when is the worker's matter.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/event_loop.h"
#include "harness/flight.h"
#include "harness/http1.h"
#include "harness/tls_stream.h"

namespace ingress_check {

struct Pool;

/// What a lane tells its worker, and what it uses of the worker's.
class LaneHost {
 public:
  /// The flight is over: it is the worker's again, and the lane may be used at once.
  virtual void ended(Lane& lane, Flight& flight, Outcome outcome) = 0;
  /// It never reached the server, or was not processed: it may go out again.
  virtual void returned(Lane& lane, Flight& flight) = 0;
  /// A connection stands (after the handshake), or could not be had.
  virtual void opened(Lane& lane, bool stands) = 0;
  /// The lane wants a flush(): it has to write, or to read on.
  virtual void unflushed(Lane& lane) = 0;
  /// A connection that carried nothing was closed by the peer.
  virtual void closed(Lane& lane) = 0;

  EventLoop& loop() const { return *loop_; }

  // Of all lanes of a worker.
  std::vector<char> read_buffer = std::vector<char>(64 * 1024);
  std::string scratch;  ///< what goes out, for a moment
  std::uint64_t bytes_received = 0, bytes_sent = 0, connections = 0;
  std::uint64_t out_of_ports = 0, out_of_descriptors = 0;

 protected:
  ~LaneHost() = default;
  std::unique_ptr<EventLoop> loop_;
};

/// How the last opening went.
struct Opening {
  Duration connect{}, tls{};
  bool resumed = false;
};

class Lane final : public Watched {
 public:
  enum class State : std::uint8_t { closed, connecting, handshaking, ready };

  Lane(LaneHost& host, Pool& pool) : host_(host), pool_(pool) {}
  ~Lane();

  /// Sends it as soon as the connection stands; opens one if there is none.
  void start(Flight& flight);
  /// Opens a connection without a request.
  void open();
  /// Writes what start() has queued (HTTP/2), reads on where it stopped in the middle.
  void flush();
  /// Ends what takes too long: `flight` if it is on this lane, and its connection with it unless
  /// others share it.
  void give_up(Flight& flight);
  /// A connection that does not stand by then has failed.
  void check_opening(Instant now);
  /// Without a word to anybody: what is under way stays the worker's.
  void abandon();

  /// How many requests it can take now.
  std::size_t room() const;
  State state() const { return state_; }
  Pool& pool() const { return pool_; }
  bool http2() const { return session_ != nullptr; }
  bool spoke_http2() const { return spoke_http2_; }
  const Opening& opening() const { return opening_; }
  std::uint32_t number() const { return number_; }
  Instant now() const { return host_.loop().now(); }
  /// Addresses and protocol, for an Exchange.
  void describe(Exchange& exchange) const;

  void on_ready(Readiness what) override;
  void stream_ended(Flight& flight, Http2End how);

  // The worker's notes.
  bool listed = false;  ///< among those that are free
  bool dirty = false;   ///< among those to be flushed
  LoadClient* client = nullptr;
  std::uint32_t failures = 0;  ///< openings in a row that failed
  Instant rests_until{};       ///< before it opens again
  LoadClient* rests_for = nullptr;
  std::string source;  ///< local IP; empty: the kernel's choice

 private:
  /// How the peer ended the connection.
  enum class Gone : std::uint8_t { no, clean, unclean, reset, tls };

  void connected(Instant now);
  void shake_hands();
  void stand();
  void transmit(Flight& flight);
  void write(std::string_view bytes);
  void write_rest();
  void receive();
  void feed(std::string_view bytes);
  void write_frames();
  void feed1(std::string_view bytes);
  std::size_t receive_some(Gone& gone, bool& more);
  void peer_closed(Gone how);
  std::size_t drop_session();
  void opening_failed(Outcome outcome);
  void shut();
  Outcome connect_outcome(int error);
  Outcome broken_off(const Flight& flight) const;

  LaneHost& host_;
  Pool& pool_;
  Socket socket_;
  SslPtr ssl_;
  Http1Response response_;
  std::unique_ptr<Http2Session> session_;
  Flight* flight_ = nullptr;      ///< HTTP/1.1: the one under way
  std::vector<Flight*> waiting_;  ///< for the connection to stand
  std::string unwritten_;         ///< what the socket did not take
  std::size_t open_streams_ = 0;
  const Endpoint* peer_ = nullptr;  ///< one of the origin's addresses
  std::uint32_t begun_ = 0;         ///< requests of this connection
  std::uint32_t number_ = 0;
  Instant opened_{}, opening_until_{};
  Opening opening_;
  State state_ = State::closed;
  Gone gone_ = Gone::no;
  bool receiving_ = false, unread_ = false, spoke_http2_ = false;
};

}  // namespace ingress_check
