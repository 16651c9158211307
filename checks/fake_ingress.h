// A simulated ingress: the second Sender, for unit tests, measured error rates and `plan`. It has
// no sockets and no clock; the same seed and the same traffic give the same evidence.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "checks/fake_canary.h"
#include "checks/fake_load.h"
#include "harness/footprints.h"
#include "harness/sender.h"

namespace ingress_check {

enum class FakePathType { exact, prefix, raw_prefix, regex };

struct FakePath {
  std::string path;
  FakePathType type = FakePathType::prefix;
  std::string service;
};

struct FakeHost {
  std::string host;  ///< "frieza.dev", "*.foo.com"
  std::vector<FakePath> paths;
  bool redirect_to_https = false;
};

struct FakeService {
  std::string name;
  std::vector<std::string> pods;  ///< none: a service without endpoints
  bool silent = false;            ///< its answers name neither service nor pod
  int status = 200;
  std::string body = "hello";
};

/// A response that the ingress makes itself.
struct FakePage {
  int status = 404;
  std::string body;
  Headers headers = {};
};

/// What one replica of the ingress is configured to do.
struct FakeRules {
  std::vector<FakeHost> hosts;
  std::vector<FakeService> services;
  std::vector<FakeCanary> canaries = {};
  std::string default_service;    ///< empty: the page no_route
  bool one_label = true;          ///< what the * of a wildcard host stands for
  bool wildcard_literal = false;  ///< wildcard hosts match nothing but their own text
  bool longest_first = true;      ///< false: the first rule that matches wins
  bool slash_redirects = false;   ///< 301 from the path without the slash that the rule ends in
  bool forwarded_proto = true;    ///< pods see X-Forwarded-Proto
};

struct FakeTls {
  std::map<std::string, TlsFacts> by_name;  ///< by SNI
  std::optional<TlsFacts> otherwise;        ///< no SNI or an unknown one; none: refused, alert 112
  TlsVersion least = TlsVersion::tls1_2, most = TlsVersion::tls1_3;
  std::vector<std::string> alpn = {"h2", "http/1.1"};
  std::uint16_t port = 443;
};

struct FakeConfig {
  FakeRules rules;
  std::optional<FakeRules> stale;  ///< the last replica still runs these
  int replicas = 1;
  std::optional<FakeTls> tls;
  FakePage no_route, no_endpoints, plain_http_on_tls;
  int redirect_status = 308;
  bool plain_into_tls = false;   ///< a balancer ends TLS and speaks plain HTTP to the TLS port
  bool tls_ends_before = false;  ///< a balancer ends TLS: the ingress takes every request for http
  std::optional<Outcome> down;   ///< every exchange ends so
  Duration latency = std::chrono::milliseconds(2);
  std::size_t addresses = 1;
  bool sees = true;         ///< pods tell what they saw
  bool permissive = false;  ///< for `plan`: everything is answered 200 by a pod of any service
  std::uint64_t seed = 1;
  FakeLoad load = {};                               ///< how a Load is answered
  std::map<std::string, FakeBalance> balance = {};  ///< by service; others: one for all, in turn
  int command_status = 0;                           ///< with which events end, at once
  std::vector<FakeLimit> limits = {};               ///< before anything else is decided
  /// Changes one answer as a test likes. May be empty.
  std::function<void(const Request&, Exchange&)> twist = {};
};

/// The pages that ingress-nginx 1.x sends, for FakeConfig.
FakePage nginx_page(int status);

class FakeIngress : public Sender {
 public:
  explicit FakeIngress(FakeConfig config);
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override;

  std::uint64_t sent() const { return sent_; }
  /// Simulated time since the start. It goes on while a phase waits for the ingress to be quiet.
  Duration elapsed() const { return elapsed_; }

 private:
  struct Kept {
    int replica = 0;
    std::uint64_t connection = 0;
  };
  Exchange answer(const Target& target, const Request& request, std::size_t address);
  Exchange answer(const Target& target, const Request& request, Exchange exchange, int replica);
  /// All that a replica answers in turn: each pod of the service once.
  std::vector<Exchange> turn_of_answers(const Target& target, const Request& request, int replica);
  void load(const Target& target, const Load& load, Evidence& evidence);
  void connect(const Request& request, Exchange& exchange, int& replica);
  bool shake_hands(const Target& target, const Request& request, Exchange& exchange) const;
  void serve(const Target& target, const FakeRules& rules, const Request& request,
             Exchange& exchange);
  void reach(const Target& target, const FakeRules& rules, const std::string& service,
             const Request& request, Exchange& exchange);
  void wait_for_turn(const Traffic& traffic, Evidence& evidence);
  std::vector<Exchange> answers(const Target& target, const Http& http, Watch& watch);
  /// The service's pods; where the weight of a canary decides, followed by the canary's.
  static std::vector<Answerer> answerers(const FakeRules& rules, const std::string& service,
                                         const Request& request);
  /// Null: the service's pods answer in turn.
  FakeBalancer* chooser(const std::string& service);
  /// `set`: the Set-Cookie that the answer brings along; stays empty if there is none.
  std::size_t choose(const std::string& service, const Request& request, std::uint64_t connection,
                     std::string& set);

  FakeConfig config_;
  std::mt19937_64 random_;
  std::map<std::string, Kept> kept_;                          ///< by client, host and address
  std::map<std::string, std::size_t> turns_;                  ///< round robin by service
  std::map<std::string, FakeBalancer> choosers_;              ///< by service
  std::map<std::string, std::optional<std::uint64_t>> jars_;  ///< affinity cookies by client
  std::optional<std::size_t> listed_;  ///< while pods are listed: the next one, without a choice
  std::uint64_t connections_ = 0, sent_ = 0;
  Duration elapsed_{};
  Footprints footprints_;
  FakeLimiter limiter_;
};

}  // namespace ingress_check
