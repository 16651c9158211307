#include <re2/re2.h>

#include "checks/profile.h"

namespace ingress_check {

namespace {

bool header_fits(const std::string& rule, const Headers& headers) {
  const auto colon = rule.find(':');
  if (colon == std::string::npos) return false;
  auto pattern = rule.substr(colon + 1);
  pattern.erase(0, pattern.find_first_not_of(' '));
  const RE2 regex(pattern, RE2::Quiet);
  if (!regex.ok()) return false;
  for (const auto value : headers.all(rule.substr(0, colon)))
    if (RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), regex)) return true;
  return false;
}

bool fits(const Page& page, const Exchange& exchange) {
  if (!page.status.contains(exchange.status)) return false;
  if (page.empty_body && exchange.body_size != 0) return false;
  if (!page.absent_header.empty() && exchange.headers.find(page.absent_header)) return false;
  if (!page.header.empty() && !header_fits(page.header, exchange.headers)) return false;
  if (page.body.empty()) return true;
  const RE2 regex(page.body, RE2::Quiet);
  return regex.ok() && RE2::PartialMatch(exchange.body, regex);
}

}  // namespace

Origin origin(const Profile& profile, const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok) return {};
  if (!exchange.who.pod.empty() || !exchange.who.service.empty()) return {Origin::By::app, {}};
  for (const auto& page : profile.pages)
    if (fits(page, exchange))
      return {page.open ? Origin::By::open : Origin::By::ingress, page.meaning};
  return {};
}

bool fits(const Fingerprint& fingerprint, const Exchange& exchange) {
  if (!fingerprint.certificate.empty()) {
    if (!exchange.tls || exchange.tls->chain.empty()) return false;
    const RE2 regex(fingerprint.certificate, RE2::Quiet);
    if (!regex.ok() || !RE2::PartialMatch(exchange.tls->chain.front().subject, regex)) return false;
  }
  const bool of_answer = !fingerprint.header.empty() || !fingerprint.absent_header.empty() ||
                         !fingerprint.body.empty() || fingerprint.status != 0;
  if (!of_answer) return !fingerprint.certificate.empty();
  if (exchange.outcome != Outcome::ok) return false;
  if (fingerprint.status != 0 && fingerprint.status != exchange.status) return false;
  if (!fingerprint.absent_header.empty() && exchange.headers.find(fingerprint.absent_header))
    return false;
  if (!fingerprint.header.empty() && !header_fits(fingerprint.header, exchange.headers))
    return false;
  if (fingerprint.body.empty()) return true;
  const RE2 regex(fingerprint.body, RE2::Quiet);
  return regex.ok() && RE2::PartialMatch(exchange.body, regex);
}

}  // namespace ingress_check
