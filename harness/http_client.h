// One client: a cookie jar and kept connections of its own, and one exchange at a time. Several
// clients are driven together by one thread.
#pragma once

#include <curl/curl.h>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "harness/attempt.h"

namespace ingress_check {

// To the compiler both kinds of handle are void: their deleters tell them apart.
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

class HttpClient {
 public:
  /// Null if libcurl cannot make one (out of memory).
  static std::unique_ptr<HttpClient> create();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Begins an attempt; drive() carries it on. One at a time.
  Result<void> start(AttemptPlan plan);
  bool busy() const { return attempt_ != nullptr; }
  /// The exchange, once the attempt is over. A connection that it opened gets the next number after
  /// `connections`, and keeps it; `sent` is raised if the request went out.
  std::optional<Exchange> finished(std::uint64_t& connections, std::uint64_t& sent);
  /// Ends the attempt; its connection is closed. Returns whether the request had gone out.
  bool abandon();

  /// Waits until one of the clients can go on, at most `at_most`, and lets it.
  static void drive(std::span<HttpClient* const> clients, Duration at_most);

 private:
  /// What is remembered of a connection as long as it may be used again.
  struct Known {
    std::uint64_t number = 0;
    std::unique_ptr<TlsWatch> tls;
  };
  HttpClient(CURLM* multi, CURL* easy);
  void act(curl_socket_t socket, int events);
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM*, long milliseconds, void* self);

  std::uint64_t received_ = 0;  ///< bytes of the connection last closed
  // Closing the connections still tells their TLS watches: these go last.
  std::map<std::string, Known> connections_;  ///< by our own ip:port
  std::unique_ptr<TlsWatch> last_tls_;        ///< of a connection that was not kept
  std::unique_ptr<Attempt> attempt_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::map<curl_socket_t, short> sockets_;  ///< what libcurl waits for
  std::optional<Instant> timer_;
  std::optional<CURLcode> code_;
};

}  // namespace ingress_check
