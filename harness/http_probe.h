// HTTP exchanges over libcurl, one phase at a time: who sends when, over which connection, and
// again where asked.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "harness/allowance.h"
#include "harness/http_client.h"
#include "harness/sender.h"

namespace ingress_check {

/// What lasts from one phase to the next: clients with their jars and connections, authorities,
/// certificates of our own.
class HttpProbe {
 public:
  explicit HttpProbe(std::string user_agent) : user_agent_(std::move(user_agent)) {}

  /// Sends the whole phase and adds its exchanges to `evidence`, in order of round, request and
  /// address. Errors: files that cannot be read, requests that cannot be written.
  Result<void> run(const Target& target, const Http& http, Resolver& resolver, Allowance& allowance,
                   Watch& watch, Evidence& evidence);

  const std::string& user_agent() const { return user_agent_; }
  /// The authorities of the target; loaded once.
  Result<const Trust*> trust(const Target& target);
  /// The certificate that a request presents; null: none.
  Result<const Credentials*> credentials(const Target& target, ClientCertificate which);
  /// The client of that name for that target; null if there can be none.
  HttpClient* client(const Target& target, const std::string& name);
  /// The number of the last connection that was opened.
  std::uint64_t& connections() { return connections_; }

 private:
  std::string user_agent_;
  std::map<std::string, std::unique_ptr<Trust>> trusts_;
  std::map<std::string, std::unique_ptr<Credentials>> credentials_;
  std::map<std::string, std::unique_ptr<HttpClient>> clients_;
  std::uint64_t connections_ = 0;
};

}  // namespace ingress_check
