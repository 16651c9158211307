// One phase of HTTP at work: the list of what is to be sent, and what is under way.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "harness/http_probe.h"

namespace ingress_check {

class HttpPhase {
 public:
  HttpPhase(HttpProbe& probe, const Target& target, const Http& http, Resolver& resolver,
            Allowance& allowance, Watch& watch);

  /// Makes every request ready: what goes out, where to, with which certificate.
  Result<void> prepare();
  /// Sends until all is done or the watch ends it.
  Result<void> run(Evidence& evidence);

 private:
  /// A request made ready, once for all its rounds.
  struct Ready {
    const Request* request = nullptr;
    Outgoing out;
    Candidates found;
    const Trust* trust = nullptr;
    const Credentials* credentials = nullptr;
  };
  /// One exchange to be made.
  struct Job {
    std::size_t request = 0;
    std::uint32_t round = 0;
    std::optional<Endpoint> endpoint;  ///< with `every_address`
    bool begun = false;
    std::optional<Exchange> exchange;
  };
  /// A job under way: waiting for its time, or with a client at work.
  struct Flight {
    std::size_t job = 0;
    HttpClient* client = nullptr;     ///< null until it starts, unless the client is shared
    std::unique_ptr<HttpClient> own;  ///< of a request that shares nothing
    Instant not_before, retry_until;
    std::uint32_t attempts = 0;
    bool repeated = false;  ///< after an idle close
  };

  void list_jobs();
  bool shares_client(const Request& request) const;
  Result<bool> begin_next();
  Result<void> go(Flight& flight);
  Result<void> step();
  void settle(Flight& flight, Exchange exchange);
  bool again(Flight& flight, const Exchange& exchange);
  std::span<const Endpoint> endpoints(const Job& job) const;
  Instant reserve(const Job& job, Instant earliest);
  Duration timeout(const Request& request) const;

  HttpProbe& probe_;
  const Target& target_;
  const Http& http_;
  Resolver& resolver_;
  Allowance& allowance_;
  Watch& watch_;
  std::vector<Ready> ready_;
  std::vector<Job> jobs_;
  std::vector<std::unique_ptr<Flight>> flights_;
  std::size_t first_waiting_ = 0;
  std::uint64_t done_ = 0, sent_ = 0;
};

}  // namespace ingress_check
