// One attempt at one HTTP exchange, over a libcurl easy handle: what is set, what is heard, and how
// it ended.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <span>
#include <string>

#include "harness/certificate.h"
#include "harness/evidence.h"
#include "harness/outgoing.h"
#include "harness/socket.h"
#include "harness/tls_watch.h"

namespace ingress_check {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using ListPtr = std::unique_ptr<curl_slist, FreeList>;

/// All that an attempt needs to know. What it points to outlives the attempt.
struct AttemptPlan {
  const Outgoing* out = nullptr;
  std::span<const Endpoint> endpoints;       ///< at least one; several: the first that answers
  const Trust* trust = nullptr;              ///< for https
  const Credentials* credentials = nullptr;  ///< null: no client certificate
  bool insecure = false;
  std::string user_agent, source_address;
  Duration timeout{}, connect_timeout{};
  std::uint32_t body_limit = 0;
  bool fresh = true;        ///< a new connection, closed afterwards
  bool avoid_kept = false;  ///< a new connection, kept afterwards
  bool cookies = false;
  std::uint64_t* received = nullptr;  ///< of the connection last closed, FIN counted as one byte
};

/// Sets up `easy`, listens while somebody else drives it, and tells the exchange at the end.
/// Interim (1xx) responses before one exchange is given up.
inline constexpr int kInterimLimit = 32;

class Attempt {
 public:
  explicit Attempt(AttemptPlan plan);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  /// Resets the handle (cookies stay) and sets everything. Errors: options that libcurl refuses.
  Result<void> set_up(CURL* easy);
  /// What came of it. Request number, round, attempts and TLS facts of a reused connection are the
  /// caller's to add.
  Exchange finish(CURLcode code);

  bool requested() const { return requests_ > 0; }  ///< the request began to go out
  std::uint64_t requests() const { return requests_; }
  bool reused() const;
  /// The connection's TLS, if this attempt opened it: to be kept as long as the connection lives.
  std::unique_ptr<TlsWatch> take_tls() { return std::move(tls_); }

 private:
  void set_connection(CURL* easy);
  void set_tls(CURL* easy);
  void set_message(CURL* easy);
  void set_callbacks(CURL* easy);
  Outcome outcome(CURLcode code) const;
  Outcome broken_off(CURLcode code) const;
  Outcome connect_failure() const;
  std::string detail(CURLcode code, Outcome outcome) const;
  Timings timings() const;
  void status_line(std::string_view line);
  void field_line(std::string_view line);

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_debug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self);
  static int on_request(void* self, char* peer, char* local, int peer_port, int local_port);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* received, curl_socket_t socket);
  static CURLcode on_tls(CURL*, void* context, void* self);

  AttemptPlan plan_;
  CURL* easy_ = nullptr;
  Exchange exchange_;
  std::unique_ptr<TlsWatch> tls_;
  ListPtr headers_, connect_to_, resolve_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::uint64_t requests_ = 0;
  int interim_ = 0;  ///< 1xx responses seen
  std::size_t header_bytes_ = 0;
  bool begun_ = false;         ///< a byte of a response was seen
  bool headers_done_ = false;  ///< of the final response
  bool bad_field_ = false;
  bool died_ = false;     ///< libcurl wanted to try again on its own
  int socket_errno_ = 0;  ///< why no socket could be made
};

}  // namespace ingress_check
