#include "harness/probe.h"

#include <curl/curl.h>

#include <algorithm>

#include "harness/dialogue.h"
#include "harness/engine.h"
#include "harness/handshake.h"
#include "harness/http_probe.h"

namespace ingress_check {
namespace {

/// libcurl's own state; counts its users, safe in threads since 7.84.
struct CurlUse {
  CurlUse() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  CurlUse(const CurlUse&) = delete;
  CurlUse& operator=(const CurlUse&) = delete;
  ~CurlUse() { curl_global_cleanup(); }
};

class Probe : public Sender {
 public:
  explicit Probe(const ProbeOptions& options)
      : allowance_(options.allowance ? *options.allowance : uncapped_), http_(options.user_agent) {}

  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override {
    const auto began = std::chrono::steady_clock::now();
    Evidence evidence;
    evidence.traffic = traffic;
    Resolver resolver(target.ip_version, target.connect_timeout);
    if (auto sent = dispatch(target, traffic, resolver, watch, evidence); !sent)
      return tl::unexpected(sent.error());
    evidence.took = std::chrono::steady_clock::now() - began;
    return evidence;
  }

 private:
  Result<void> dispatch(const Target& target, const Traffic& traffic, Resolver& resolver,
                        Watch& watch, Evidence& evidence) {
    if (const auto* http = std::get_if<Http>(&traffic.send))
      return http_.run(target, *http, resolver, allowance_, watch, evidence);
    if (const auto* load = std::get_if<Load>(&traffic.send))
      return dispatch(target, *load, resolver, watch, evidence);
    // A dialogue is a request of a kind; a handshake is none.
    const bool requests = std::holds_alternative<Bytes>(traffic.send);
    Route route;
    route.find = [&](const std::string& host, std::uint16_t port,
                     const std::optional<std::string>& address) {
      const auto where = destination(target, host, port, address);
      // Before the dialogue's own time begins.
      if (requests) allowance_.wait(host, watch);
      if (where) return resolver.find(*where, watch);
      Candidates none;
      none.outcome = Outcome::unresolved;
      none.detail = where.error().what;
      return none;
    };
    route.before = [&](const Endpoint& to) { allowance_.wait(to, watch); };
    if (const auto* handshakes = std::get_if<Handshakes>(&traffic.send))
      return run_handshakes(target, *handshakes, route, watch, evidence);
    return run_dialogues(target, std::get<Bytes>(traffic.send), route, watch, evidence);
  }

  Result<void> dispatch(const Target& target, const Load& load, Resolver& resolver, Watch& watch,
                        Evidence& evidence) {
    EngineOptions options{.user_agent = http_.user_agent()};
    options.allowance = &allowance_;
    // Reading the system's authorities takes as long as fifty handshakes.
    const bool verifies =
        !target.insecure &&
        std::ranges::any_of(load.requests, [](const auto& one) { return one.request.url.https; });
    if (verifies) {
      const auto trust = http_.trust(target);
      if (!trust) return tl::unexpected(trust.error());
      options.trust = *trust;
    }
    for (const LoadRequest& one : load.requests) {
      const ClientCertificate which = one.request.certificate;
      const auto credentials = http_.credentials(target, which);
      if (!credentials) return tl::unexpected(credentials.error());
      options.credentials[static_cast<std::size_t>(which)] = *credentials;
    }
    return run_load(target, load, options, resolver, watch, evidence);
  }

  CurlUse curl_;
  Allowance uncapped_;
  Allowance& allowance_;
  HttpProbe http_;
};

}  // namespace

std::unique_ptr<Sender> make_probe(const ProbeOptions& options) {
  return std::make_unique<Probe>(options);
}

}  // namespace ingress_check
