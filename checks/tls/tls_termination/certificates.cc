#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <set>

#include "checks/pages.h"
#include "checks/tls/tls_termination/judging.h"

namespace ingress_check::tls_termination {

namespace {

bool has(const TlsFacts& facts, std::initializer_list<int> codes) {
  return std::ranges::any_of(codes, [&](int code) {
    return std::ranges::find(facts.verify_codes, code) != facts.verify_codes.end();
  });
}

/// One thing that is wrong with a certificate.
struct Fault {
  std::string cause;  ///< empty: none of the known ones
  std::string expected, actual, text, separates;
};

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

/// The intermediate certificate that signed the server's own; null if none was sent.
const Certificate* issuer_of(const TlsFacts& facts) {
  for (std::size_t i = 1; i < facts.chain.size(); ++i)
    if (facts.chain[i].subject == facts.chain.front().issuer && !facts.chain[i].self_signed)
      return &facts.chain[i];
  return nullptr;
}

/// Further up, a certificate may be there for old clients only: it is told, not judged.
void note_upper_chain(const std::string& name, const TlsFacts& facts, Case& c) {
  for (const auto& certificate : facts.chain) {
    const bool judged = &certificate == &facts.chain.front() || &certificate == issuer_of(facts);
    const auto left = certificate.not_after - c.subject.now;
    if (judged || certificate.self_signed ||
        left >= std::chrono::hours(24) * c.picture.wishes.min_days)
      continue;
    c.conclusion.verdict.not_shown.push_back(
        fmt::format("{}: whether clients need {}, which the server sends and which expires on {}",
                    name, name_of(certificate), date(certificate.not_after)));
  }
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

/// Everything wrong with it; a controller's default certificate has no other fault worth telling.
std::vector<Fault> faults(const TlsFacts& facts, const std::string& name, const Case& c) {
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
    if (c.subject.target.insecure)
      c.conclusion.verdict.notes.push_back(
          fmt::format("{}: {} (noted, not judged, because of `insecure`)", name, fault->actual));
    else
      found.push_back(std::move(*fault));
  }
  return found;
}

void judge_fingerprint(const std::string& name, const Certificate& leaf, Case& c) {
  const auto& wanted = c.picture.wishes.fingerprints;
  if (wanted.empty() || std::ranges::find(wanted, leaf.sha256) != wanted.end()) return;
  auto finding =
      handshake_finding(name, fmt::format("the certificate {}", fmt::join(wanted, " or ")),
                        fmt::format("{} {}", leaf.sha256, name_of(leaf)));
  finding.place = place_of(c.params, "certificate-sha256");
  c.conclusion.broke(std::move(finding));
  c.conclusion.blame(
      "certificate-mismatch",
      fmt::format("{} is served, which is not the one that was rolled out.", name_of(leaf)));
}

void judge_leaf(const std::string& name, const TlsFacts& facts, std::uint64_t broke,
                std::uint64_t of, Case& c) {
  for (const auto& fault : faults(facts, name, c)) {
    auto finding = handshake_finding(name, fault.expected, fault.actual);
    finding.broke = broke;
    finding.of = of;
    if (fault.cause == "expires-soon") finding.place = place_of(c.params, "min-days");
    if (finding.place.line == 0) finding.place = place_of(c.params, "names");
    c.conclusion.broke(std::move(finding));
    if (!fault.cause.empty()) c.conclusion.blame(fault.cause, fault.text, fault.separates);
  }
  note_upper_chain(name, facts, c);
  judge_fingerprint(name, facts.chain.front(), c);
}

/// Different certificates on successive handshakes: several replicas, each with its own.
void note_replicas(const std::string& name, const std::vector<const HandshakeReply*>& replies,
                   Case& c) {
  std::set<std::string> leaves;
  for (const auto* reply : replies)
    if (const auto* certificate = leaf(reply)) leaves.insert(certificate->sha256);
  if (leaves.size() < 2) return;
  const auto first = std::ranges::find_if(replies, [](const auto* reply) { return leaf(reply); });
  const auto& example = *leaf(*first);
  const bool made = default_certificate_of(c.subject.controller, example).has_value();
  c.conclusion.verdict.notes.push_back(fmt::format(
      "{}: {} handshakes showed {} different certificates{}, so at least {} replicas answer.", name,
      replies.size(), leaves.size(), made ? " of the controller's own making" : "", leaves.size()));
}

/// Handshakes that showed no certificate, told once.
void judge_silent(const std::string& name, const std::vector<const HandshakeReply*>& replies,
                  Case& c) {
  const HandshakeReply* example = nullptr;
  std::uint64_t count = 0;
  for (const auto* reply : replies) {
    if (leaf(reply)) continue;
    ++count;
    const bool worse = reply->refused_by_server || reply->not_tls;
    if (!example || (worse && !example->refused_by_server && !example->not_tls)) example = reply;
  }
  if (!example) return;
  auto finding = handshake_finding(
      name, "a certificate",
      unreached(example->outcome)
          ? why_unreached(example->outcome, name, example->address, example->detail)
          : example->detail);
  finding.broke = count;
  finding.of = replies.size();
  if (example->refused_by_server || example->not_tls)
    c.conclusion.broke(std::move(finding));
  else
    c.conclusion.undecided(std::move(finding));
}

/// Each different certificate that was shown for a name, and how often.
using Kinds = std::vector<std::pair<const TlsFacts*, std::uint64_t>>;

Kinds kinds_of(const std::vector<const TlsFacts*>& shown) {
  Kinds kinds;
  for (const auto* facts : shown) {
    const auto same = std::ranges::find_if(kinds, [&](const auto& kind) {
      return kind.first->chain.front().sha256 == facts->chain.front().sha256;
    });
    if (same == kinds.end())
      kinds.emplace_back(facts, 1);
    else
      ++same->second;
  }
  return kinds;
}

void judge_name(const std::string& host, Case& c) {
  const auto name = certified_name(c.picture.wishes, c.subject.target, host);
  const auto replies = c.picture.all("name:" + host);
  judge_silent(name, replies, c);
  auto shown = c.picture.shown_to(name);
  if (shown.empty())  // No SNI was sent, so nothing but the item tells.
    for (const auto* reply : replies)
      if (leaf(reply)) shown.push_back(&*reply->tls);
  const auto kinds = kinds_of(shown);
  if (kinds.empty()) return;
  for (const auto& [facts, count] : kinds) judge_leaf(name, *facts, count, shown.size(), c);
  note_replicas(name, replies, c);
  const auto& soonest = std::ranges::min_element(kinds, {}, [](const auto& kind) {
                          return kind.first->chain.front().not_after;
                        })->first->chain.front();
  const auto days = days_between(c.subject.now, soonest.not_after);
  const bool only = c.picture.wishes.names.size() == 1;
  c.conclusion.verdict.figures.push_back(
      {only ? std::string("certificate_days_left") : "certificate_days_left." + name,
       static_cast<double>(days)});
  c.conclusion.verdict.shown.push_back(
      fmt::format("{}: {}, {} days left, {}", name, name_of(soonest), days, soonest.key));
}

/// Handshakes go to the first address that takes them.
void note_addresses(Case& c) {
  const auto asked = c.picture.addresses();
  if (c.subject.addresses <= asked.size()) return;
  c.conclusion.verdict.not_shown.push_back(
      fmt::format("what the other {} of {} addresses of {} serve: asked was {}",
                  c.subject.addresses - asked.size(), c.subject.addresses,
                  c.picture.wishes.names.front(), fmt::join(asked, ", ")));
}

}  // namespace

Finding handshake_finding(const std::string& name, std::string expected, std::string actual) {
  Finding finding;
  finding.subject = fmt::format("TLS handshake for {}", name);
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  return finding;
}

std::int64_t days_between(std::chrono::system_clock::time_point now,
                          std::chrono::system_clock::time_point then) {
  return std::chrono::floor<std::chrono::days>(then - now).count();
}

std::string date(std::chrono::system_clock::time_point when) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

void judge_certificates(Case& the_case) {
  for (const auto& name : the_case.picture.wishes.names) judge_name(name, the_case);
  note_addresses(the_case);
  if (!the_case.subject.target.insecure) return;
  the_case.conclusion.verdict.not_shown.push_back(
      "whether clients trust the certificate's authority: `insecure` takes that out of the verdict "
      "(dates and names are judged)");
}

}  // namespace ingress_check::tls_termination
