#include "checks/tls/tls_termination/faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "checks/pages.h"

namespace ingress_check::tls_termination {

namespace {

bool has(const TlsFacts& facts, std::initializer_list<int> codes) {
  return std::ranges::any_of(codes, [&](int code) {
    return std::ranges::find(facts.verify_codes, code) != facts.verify_codes.end();
  });
}

std::string names_text(const Certificate& certificate) {
  auto names = certificate.dns_names;
  names.insert(names.end(), certificate.ip_names.begin(), certificate.ip_names.end());
  if (names.empty()) return "no subject alternative name";
  const auto more = names.size() > 5 ? fmt::format(" and {} more", names.size() - 5) : "";
  names.resize(std::min<std::size_t>(names.size(), 5));
  return fmt::format("{}{}", fmt::join(names, ", "), more);
}

/// A wildcard that would cover the name if it stood for several labels, or for none.
std::string shallow_wildcard(const Certificate& certificate, const std::string& name) {
  for (const auto& pattern : certificate.dns_names)
    if (pattern.starts_with("*.") &&
        (name.ends_with(pattern.substr(1)) || name == pattern.substr(2)))
      return pattern;
  return {};
}

std::optional<Fault> date_fault(const Certificate& leaf, const TlsFacts& facts, const Case& c) {
  const auto now = c.subject.now;
  const auto days = days_between(now, leaf.not_after);
  if (leaf.not_after < now)
    return Fault{"certificate-expired",
                 "a certificate that is valid today",
                 fmt::format("it expired on {}, {} days ago", date(leaf.not_after), -days),
                 fmt::format("{} expired on {}.", name_of(leaf), date(leaf.not_after)),
                 {}};
  if (leaf.not_before > now)
    return Fault{"certificate-not-yet-valid", "a certificate that is valid today",
                 fmt::format("it is valid only from {} on", date(leaf.not_before)),
                 fmt::format("{} becomes valid on {}.", name_of(leaf), date(leaf.not_before)),
                 "If other certificates look too young as well, this machine's clock is slow."};
  if (has(facts, {X509_V_ERR_CERT_HAS_EXPIRED}))
    return Fault{"certificate-expired",
                 "a chain that is valid today",
                 "a certificate of the chain above it has expired",
                 fmt::format("{} is valid, but one that the server sends with it has expired.",
                             name_of(leaf)),
                 {}};
  if (leaf.not_after - now < std::chrono::hours(24) * c.picture.wishes.min_days)
    return Fault{"expires-soon",
                 fmt::format("at least {} days left", c.picture.wishes.min_days),
                 fmt::format("{} days left, until {}", days, date(leaf.not_after)),
                 fmt::format("{} expires on {}.", name_of(leaf), date(leaf.not_after)),
                 {}};
  if (const auto* above = issuer_of(facts);
      above && above->not_after - now < std::chrono::hours(24) * c.picture.wishes.min_days)
    return Fault{"expires-soon",
                 fmt::format("at least {} days left", c.picture.wishes.min_days),
                 fmt::format("{} days left of the intermediate certificate that signed it, until "
                             "{}",
                             days_between(now, above->not_after), date(above->not_after)),
                 fmt::format("{}, which the server sends with its own certificate, expires on {}.",
                             name_of(*above), date(above->not_after)),
                 {}};
  return std::nullopt;
}

std::optional<Fault> name_fault(const Certificate& leaf, const TlsFacts& facts,
                                const std::string& name) {
  if (facts.name_matches) return std::nullopt;
  const auto expected = fmt::format("a certificate for {}", name);
  const auto actual = fmt::format("one for {}", names_text(leaf));
  if (leaf.dns_names.empty() && leaf.ip_names.empty())
    return Fault{"certificate-no-san",
                 expected,
                 fmt::format("X.509 version {} without a subject alternative name (common name "
                             "\"{}\", which counts for nothing)",
                             leaf.version, leaf.subject_cn),
                 "The certificate names no host in a subject alternative name, so clients accept "
                 "it for none; the common name has not counted for years.",
                 {}};
  if (const auto pattern = shallow_wildcard(leaf, name); !pattern.empty())
    return Fault{"wildcard-too-shallow",
                 expected,
                 actual,
                 fmt::format("{} stands for exactly one more label, and {} has {}.", pattern, name,
                             name == pattern.substr(2) ? "none" : "several"),
                 {}};
  return Fault{"certificate-wrong-name",
               expected,
               actual,
               fmt::format("{} is served for {}, which it does not name.", name_of(leaf), name),
               {}};
}

std::optional<Fault> trust_fault(const Certificate& leaf, const TlsFacts& facts) {
  if (has(facts, {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT}))
    return Fault{"self-signed",
                 "a certificate of an authority that clients know",
                 name_of(leaf),
                 fmt::format("{}: nobody but itself vouches for it.", name_of(leaf)),
                 {}};
  if (has(facts, {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                  X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED}))
    return Fault{
        "unknown-ca", "a certificate of an authority that clients know",
        fmt::format("issued by \"{}\", which is not known; {} certificates sent", leaf.issuer,
                    facts.chain.size()),
        fmt::format("The issuer \"{}\" is none of the known authorities.", leaf.issuer),
        facts.chain.size() < 2
            ? "The server sends its own certificate only: if the authority is a known one, "
              "the intermediate certificate is missing from the Secret."
            : std::string()};
  const bool dates_or_name =
      has(facts, {X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID});
  if (!facts.chain_verified && !dates_or_name)
    return Fault{{}, "a chain that verifies", facts.verify_error, {}, {}};
  return std::nullopt;
}

}  // namespace

const Certificate* issuer_of(const TlsFacts& facts) {
  for (std::size_t i = 1; i < facts.chain.size(); ++i)
    if (facts.chain[i].subject == facts.chain.front().issuer && !facts.chain[i].self_signed)
      return &facts.chain[i];
  return nullptr;
}

std::vector<Fault> faults(const TlsFacts& facts, const std::string& name, Case& c) {
  const auto& leaf = facts.chain.front();
  std::vector<Fault> found;
  if (const auto made_by = default_certificate_of(c.subject.controller, leaf)) {
    found.push_back(
        {"default-certificate", fmt::format("a certificate for {}", name),
         fmt::format("{}, the one that {} makes when it has none", name_of(leaf), *made_by),
         fmt::format("{} has no certificate for {} and serves its own: the Ingress has no tls "
                     "section for this host, or its Secret is missing, invalid or in another "
                     "namespace.",
                     *made_by, name),
         c.picture.wishes.names.size() < 2 ? "If every host gets it, SNI is not looked at, or no "
                                             "Secret is found at all: a second "
                                             "host under `names` would tell."
                                           : ""});
    return found;
  }
  if (auto fault = date_fault(leaf, facts, c)) found.push_back(std::move(*fault));
  if (auto fault = name_fault(leaf, facts, name)) found.push_back(std::move(*fault));
  if (auto fault = trust_fault(leaf, facts)) {
    auto& notes = c.conclusion.verdict.notes;
    auto note =
        fmt::format("{}: {} (noted, not judged, because of `insecure`)", name, fault->actual);
    if (!c.subject.target.insecure)
      found.push_back(std::move(*fault));
    else if (std::ranges::find(notes, note) == notes.end())
      notes.push_back(std::move(note));
  }
  return found;
}

}  // namespace ingress_check::tls_termination
