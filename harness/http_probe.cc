#include "harness/http_probe.h"

#include "harness/answered_by.h"
#include "harness/content_coding.h"
#include "harness/http_phase.h"

namespace ingress_check {

Result<const Trust*> HttpProbe::trust(const Target& target) {
  auto& kept = trusts_[target.ca];
  if (!kept) {
    auto loaded = Trust::load(target.ca);
    if (!loaded) return tl::unexpected(loaded.error());
    kept = std::make_unique<Trust>(*std::move(loaded));
  }
  return kept.get();
}

Result<const Credentials*> HttpProbe::credentials(const Target& target, ClientCertificate which) {
  const bool untrusted = which == ClientCertificate::untrusted;
  if (which == ClientCertificate::none) return nullptr;
  if (!untrusted && target.certificate.empty()) return nullptr;
  auto& kept = credentials_[untrusted ? std::string() : target.certificate + '\n' + target.key];
  if (!kept) {
    auto loaded =
        untrusted ? make_untrusted_credentials() : load_credentials(target.certificate, target.key);
    if (!loaded) return tl::unexpected(loaded.error());
    kept = std::make_unique<Credentials>(*std::move(loaded));
  }
  return kept.get();
}

HttpClient* HttpProbe::client(const Target& target, const std::string& name) {
  // A connection that one target's options let pass must not serve another's.
  auto& kept =
      clients_[target.name + '\n' + target.ca + '\n' + (target.insecure ? "1\n" : "0\n") + name];
  if (!kept) kept = HttpClient::create();
  return kept.get();
}

Result<void> HttpProbe::run(const Target& target, const Http& http, Resolver& resolver,
                            Allowance& allowance, Watch& watch, Evidence& evidence) {
  HttpPhase phase(*this, target, http, resolver, allowance, watch);
  if (auto ready = phase.prepare(); !ready) return ready;
  auto done = phase.run(evidence);
  for (auto& exchange : evidence.exchanges) {
    decode_content(exchange, http.body_limit);
    identify(target.answered_by, exchange);
  }
  return done;
}

}  // namespace ingress_check
