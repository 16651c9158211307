#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "checks/pages.h"
#include "checks/tls/tls_termination/judging.h"

namespace ingress_check::tls_termination {

namespace {

enum class Answer { accepted, refused, unknown };

/// A refusal counts only if the server sent it: our own library may be unable to ask.
Answer answer_of(const HandshakeReply* reply) {
  if (!reply) return Answer::unknown;
  if (reply->outcome == Outcome::ok) return Answer::accepted;
  return reply->refused_by_server ? Answer::refused : Answer::unknown;
}

std::string said(const HandshakeReply& reply) {
  if (const auto* certificate = leaf(&reply)) return name_of(*certificate);
  return reply.detail.empty() ? to_string(reply.outcome) : reply.detail;
}

/// One certificate for all names, the one that comes without any name too, although it does not
/// cover them all.
bool sni_ignored(const Case& c) {
  const auto* nameless = leaf(c.picture.one("no name"));
  if (!nameless || c.picture.wishes.names.size() < 2) return false;
  bool all_covered = true;
  for (const auto& name : c.picture.wishes.names)
    for (const auto* reply : c.picture.all("name:" + name)) {
      const auto* certificate = leaf(reply);
      // Replicas that make a default certificate each make a different one.
      if (!certificate || certificate->subject != nameless->subject) return false;
      all_covered = all_covered && reply->tls->name_matches;
    }
  return !all_covered;
}

void judge_versions(Case& c) {
  const auto least = c.picture.wishes.min_version;
  std::vector<std::string> accepted, too_old, unknown;
  for (const auto version :
       {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    const auto* reply = c.picture.one("version:" + to_string(version));
    const auto answer = answer_of(reply);
    if (answer == Answer::accepted) accepted.push_back(to_string(version));
    if (answer == Answer::accepted && version < least) too_old.push_back(to_string(version));
    if (answer == Answer::unknown)
      unknown.push_back(
          fmt::format("TLS {} ({})", to_string(version), reply ? said(*reply) : "not asked"));
  }
  if (!accepted.empty()) {
    c.conclusion.verdict.traits["tls.floor"] = accepted.front();
    c.conclusion.verdict.shown.push_back(fmt::format("TLS {} accepted", fmt::join(accepted, ", ")));
  }
  if (!unknown.empty())
    c.conclusion.verdict.not_shown.push_back(
        fmt::format("whether the server refuses {}", fmt::join(unknown, ", ")));
  if (too_old.empty()) return;
  auto finding = handshake_finding(c.picture.wishes.names.front(),
                                   fmt::format("TLS {} or later only", to_string(least)),
                                   fmt::format("TLS {} accepted", fmt::join(too_old, ", ")));
  finding.place = place_of(c.params, "min-version");
  c.conclusion.broke(std::move(finding));
  c.conclusion.blame("old-tls-accepted",
                     fmt::format("The server still speaks TLS {}.", fmt::join(too_old, " and ")));
}

void judge_ciphers(Case& c) {
  const auto* reply = c.picture.one("weak cipher");
  const auto answer = answer_of(reply);
  if (answer == Answer::accepted) {
    const auto cipher = reply->tls ? reply->tls->cipher : std::string("one of them");
    c.conclusion.broke(handshake_finding(c.picture.wishes.names.front(),
                                         "ciphers without encryption or without a certificate "
                                         "are refused",
                                         fmt::format("{} accepted", cipher)));
    c.conclusion.blame("weak-cipher-accepted",
                       fmt::format("The server agrees to {}, which protects nothing.", cipher));
    return;
  }
  c.conclusion.verdict.not_shown.push_back(
      answer == Answer::refused
          ? "ciphers that this machine's library cannot offer any more (RC4, 3DES, EXPORT)"
          : fmt::format("whether ciphers without encryption are refused: {}",
                        reply ? said(*reply) : "not asked"));
}

bool offers(const Case& c, const std::string& protocol) {
  const auto* reply = c.picture.one("alpn:" + protocol);
  return reply && reply->outcome == Outcome::ok && reply->tls && reply->tls->alpn == protocol;
}

void judge_alpn(Case& c) {
  std::vector<std::string> offered;
  const auto* both = c.picture.one("name:" + c.picture.wishes.names.front());
  if (both && both->tls && !both->tls->alpn.empty()) offered.push_back(both->tls->alpn);
  for (const std::string protocol : {"h2", "http/1.1"})
    if (offers(c, protocol) && std::ranges::find(offered, protocol) == offered.end())
      offered.push_back(protocol);
  c.conclusion.verdict.traits["tls.alpn"] =
      offered.empty() ? "none" : fmt::format("{}", fmt::join(offered, ", "));
  for (const auto& wanted : c.picture.wishes.alpn) {
    const auto* reply = c.picture.one("alpn:" + wanted);
    // Without ALPN everybody speaks HTTP/1.1 (RFC 7301, 3.2; RFC 9113, 3.2).
    const bool silent = wanted == "http/1.1" && reply && reply->outcome == Outcome::ok;
    if (offers(c, wanted) || silent) continue;
    if (answer_of(reply) == Answer::unknown) {
      c.conclusion.verdict.not_shown.push_back(fmt::format("whether {} is offered", wanted));
      continue;
    }
    auto finding =
        handshake_finding(c.picture.wishes.names.front(), fmt::format("{} offered by ALPN", wanted),
                          offered.empty() ? std::string("no protocol offered")
                                          : fmt::format("{} offered", fmt::join(offered, ", ")));
    finding.place = place_of(c.params, "alpn");
    c.conclusion.broke(std::move(finding));
    c.conclusion.blame("h2-not-offered",
                       fmt::format("The server does not agree to {}: browsers fall back to the "
                                   "protocol that is left.",
                                   wanted));
  }
}

void note_resumption(Case& c) {
  const auto* reply = c.picture.one("resumption");
  if (reply && reply->outcome == Outcome::ok && reply->tls)
    c.conclusion.verdict.traits["tls.resumption"] = reply->tls->resumed ? "yes" : "no";
  const auto* named = c.picture.one("name:" + c.picture.wishes.names.front());
  if (!named || !named->tls) return;
  const auto& ocsp = named->tls->ocsp;
  c.conclusion.verdict.traits["tls.ocsp"] = ocsp.empty() ? "none" : ocsp;
  if (ocsp == "revoked")
    c.conclusion.broke(handshake_finding(c.picture.wishes.names.front(),
                                         "a certificate that is not revoked",
                                         "the OCSP response that the server sends says revoked"));
}

}  // namespace

void judge_sni(Case& the_case) {
  if (!sni_ignored(the_case)) return;
  const auto& names = the_case.picture.wishes.names;
  const auto& shown = *leaf(the_case.picture.one("no name"));
  auto finding =
      handshake_finding(fmt::format("{}", fmt::join(names, ", ")), "each name's own certificate",
                        fmt::format("{} for all of them, and without a name too", name_of(shown)));
  finding.place = place_of(the_case.params, "names");
  the_case.conclusion.broke(std::move(finding));
  the_case.conclusion.blame(
      "sni-ignored",
      fmt::format("{} is served whatever name the client asks for: the server does not look at "
                  "SNI, or a balancer before it holds one certificate only.",
                  name_of(shown)),
      "If none of these hosts has a certificate of its own, it looks the same.");
}

void judge_unknown_name(Case& the_case) {
  const auto* reply = the_case.picture.one("unknown name");
  const auto answer = answer_of(reply);
  auto& traits = the_case.conclusion.verdict.traits;
  if (const auto* certificate = leaf(reply))
    traits["default-certificate"] =
        certificate->subject_cn.empty() ? certificate->subject : certificate->subject_cn;
  else if (answer == Answer::refused)
    traits["default-certificate"] = "refused";
  const auto& wanted = the_case.picture.wishes.unknown_name;
  if (wanted.empty()) return;
  if (answer == Answer::unknown) {
    the_case.conclusion.verdict.not_shown.push_back(
        fmt::format("what an unknown name gets: {}", reply ? said(*reply) : "it was not asked"));
    return;
  }
  const bool refuse = wanted == "refuse";
  if (refuse == (answer == Answer::refused)) return;
  auto finding = handshake_finding(
      "an unknown name", refuse ? "the server refuses it" : "a default certificate", said(*reply));
  finding.place = place_of(the_case.params, "unknown-name");
  the_case.conclusion.broke(std::move(finding));
  the_case.conclusion.blame("unknown-name-wrong",
                            refuse
                                ? "A name that nobody configured gets a certificate all the same."
                                : "A name that nobody configured is refused, so clients without a "
                                  "matching name cannot reach the default backend.");
}

void judge_protocol(Case& the_case) {
  judge_versions(the_case);
  judge_ciphers(the_case);
  judge_alpn(the_case);
  note_resumption(the_case);
}

void judge_place(Case& the_case) {
  auto& verdict = the_case.conclusion.verdict;
  const auto& wishes = the_case.picture.wishes;
  const auto* outside = leaf(the_case.picture.one("name:" + wishes.names.front()));
  const auto* reply = the_case.picture.one("direct");
  if (!outside) return;
  if (!reply) {
    verdict.not_shown.push_back(
        "where TLS ends when several hops could end it: `direct` names the ingress behind the "
        "balancer");
    return;
  }
  if (reply->not_tls) {
    verdict.traits["tls.ends-at"] = "before the ingress";
    verdict.shown.push_back(fmt::format(
        "TLS ends before the ingress: {} speaks no TLS, so {} is the balancer's certificate",
        wishes.direct, name_of(*outside)));
  } else if (const auto* inside = leaf(reply); !inside) {
    verdict.not_shown.push_back(fmt::format("where TLS ends: {}", said(*reply)));
  } else if (inside->sha256 == outside->sha256) {
    verdict.traits["tls.ends-at"] = "the ingress";
    verdict.shown.push_back(
        "TLS ends at the ingress itself: it shows the same certificate when "
        "it is asked directly");
  } else {
    verdict.traits["tls.ends-at"] = "before the ingress";
    verdict.shown.push_back(
        fmt::format("TLS ends before the ingress: outside {}, at the ingress itself {}",
                    name_of(*outside), name_of(*inside)));
  }
}

}  // namespace ingress_check::tls_termination
