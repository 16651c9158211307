#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "checks/pages.h"
#include "checks/tls/tls_termination/faults.h"

namespace ingress_check::tls_termination {

namespace {

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

/// One of the certificates that were shown for a name: how often, and where.
struct Sort {
  const TlsFacts* facts;
  std::uint64_t count = 0;
  std::set<std::string> addresses = {};
};

/// No fault to this client, but one to others: a note, which a pass shows too.
void note_lent(const std::string& name, const TlsFacts& facts, Case& c) {
  if (facts.not_sent.empty()) return;
  c.conclusion.verdict.notes.push_back(
      fmt::format("{}: the server does not send the intermediate certificate \"{}\", which came "
                  "out of {}: clients that know the root alone refuse it",
                  name, fmt::join(facts.not_sent, "\", \""),
                  c.subject.target.ca.empty() ? "the system's store" : "the target's `ca`"));
}

void judge_sort(const std::string& name, const Sort& sort, std::uint64_t of,
                const std::string& where, Case& c) {
  for (const auto& fault : faults(*sort.facts, name, c)) {
    auto finding = handshake_finding(name, fault.expected, fault.actual + where);
    finding.broke = sort.count;
    finding.of = of;
    if (fault.cause == "expires-soon") finding.place = place_of(c.params, "min-days");
    if (finding.place.line == 0) finding.place = place_of(c.params, "names");
    c.conclusion.broke(std::move(finding));
    if (!fault.cause.empty()) c.conclusion.blame(fault.cause, fault.text, fault.separates);
  }
  note_upper_chain(name, *sort.facts, c);
  note_lent(name, *sort.facts, c);
  judge_fingerprint(name, sort.facts->chain.front(), c);
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

/// Each different certificate, the first that was seen first.
std::vector<Sort> sorts_of(const std::vector<Shown>& shown) {
  std::vector<Sort> sorts;
  for (const Shown& one : shown) {
    auto same = std::ranges::find_if(sorts, [&](const Sort& sort) {
      return sort.facts->chain.front().sha256 == one.facts->chain.front().sha256;
    });
    if (same == sorts.end()) same = sorts.insert(sorts.end(), {one.facts});
    ++same->count;
    same->addresses.insert(one.address);
  }
  return sorts;
}

/// " at 192.0.2.2:443" where not every address shows it.
std::string where(const Sort& sort, const std::set<std::string>& all) {
  if (sort.addresses.size() >= all.size()) return {};
  return fmt::format(" at {}", fmt::join(sort.addresses, ", "));
}

void judge_name(const std::string& host, Case& c) {
  const auto name = certified_name(c.picture.wishes, c.subject.target, host);
  const auto replies = c.picture.all("name:" + host);
  judge_silent(name, replies, c);
  auto shown = c.picture.shown_to(name);
  if (shown.empty())  // No SNI was sent, so nothing but the item tells.
    for (const auto* reply : replies)
      if (leaf(reply)) shown.push_back({&*reply->tls, reply->address});
  const auto sorts = sorts_of(shown);
  if (sorts.empty()) return;
  const auto addresses = c.picture.addresses("name:" + host);
  for (const auto& sort : sorts) judge_sort(name, sort, shown.size(), where(sort, addresses), c);
  note_replicas(name, replies, c);
  const auto& soonest = std::ranges::min_element(sorts, {}, [](const Sort& sort) {
                          return sort.facts->chain.front().not_after;
                        })->facts->chain.front();
  const auto days = days_between(c.subject.now, soonest.not_after);
  const bool only = c.picture.wishes.names.size() == 1;
  c.conclusion.verdict.figures.push_back(
      {only ? std::string("certificate_days_left") : "certificate_days_left." + name,
       static_cast<double>(days)});
  c.conclusion.verdict.shown.push_back(fmt::format(
      "{}: {}, {} days left, {}{}", name, name_of(soonest), days, soonest.key,
      addresses.size() > 1 ? fmt::format(", at each of {} addresses", addresses.size()) : ""));
}

/// Certificates are asked for at every address; the rest goes to the first that takes it.
void note_addresses(Case& c) {
  const auto& first = c.picture.wishes.names.front();
  const auto asked = c.picture.addresses("name:" + first);
  if (asked.size() < 2) return;
  c.conclusion.verdict.not_shown.push_back(fmt::format(
      "TLS versions, ciphers, protocols and what is answered at the other {} of {} "
      "addresses of {}: asked was {}",
      asked.size() - 1, asked.size(), first, fmt::join(c.picture.addresses("no name"), ", ")));
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
