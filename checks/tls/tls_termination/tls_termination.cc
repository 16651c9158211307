#include <fmt/format.h>

#include "checks/tls/tls_termination/judging.h"

namespace ingress_check {

namespace checks {
extern const Check tls_termination;
}

namespace tls_termination {

namespace {

/// Nothing was shown that could be judged.
Verdict judge_first(const Picture& picture) {
  const auto& name = picture.wishes.names.front();
  const auto& reply = *picture.first;
  if (unreached(reply.outcome))
    return nothing_judged(
        fmt::format("no TLS port could be asked: {}",
                    why_unreached(reply.outcome, name, reply.address, reply.detail)));
  Conclusion conclusion(checks::tls_termination);
  auto finding = handshake_finding(name, "a certificate", reply.detail);
  if (reply.not_tls) {
    conclusion.broke(std::move(finding));
    conclusion.verdict.summary =
        fmt::format("{} answers a TLS handshake in plain text", reply.address);
    conclusion.verdict.notes.push_back(
        "scheme-mismatch tells apart why a port that should speak TLS does not.");
  } else if (reply.refused_by_server) {
    conclusion.broke(std::move(finding));
    conclusion.verdict.summary = fmt::format("the server refuses TLS for {}", name);
  } else {
    conclusion.undecided(std::move(finding));
  }
  conclusion.verdict.not_shown.push_back("everything else about TLS");
  return conclusion.decide({});
}

Verdict judge(const Params& params, const Subject& subject, const Picture& picture) {
  if (!picture.wishes.doors.https_closed.empty()) {
    auto verdict = nothing_judged(
        fmt::format("the TLS port cannot be asked: {}", picture.wishes.doors.https_closed),
        {"everything about TLS"});
    verdict.kind = Verdict::Kind::not_supported;
    return verdict;
  }
  if (!leaf(picture.first)) return judge_first(picture);
  Conclusion conclusion(checks::tls_termination);
  Case the_case{picture, params, subject, conclusion};
  judge_sni(the_case);
  judge_certificates(the_case);
  judge_unknown_name(the_case);
  judge_protocol(the_case);
  judge_place(the_case);
  judge_requests(the_case);
  const auto& names = picture.wishes.names;
  const auto floor = conclusion.verdict.traits.find("tls.floor");
  return conclusion.decide(fmt::format(
      "{} served with {}{}",
      names.size() == 1 ? names.front() + " is" : fmt::format("{} names are", names.size()),
      subject.target.insecure
          ? "a certificate of the right name and time (who vouches for it was not judged)"
          : "a right certificate",
      floor == conclusion.verdict.traits.end() ? std::string()
                                               : ", TLS " + floor->second + " and later"));
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto wishes = read_wishes(params, subject);
  if (auto traffic = next_phase(wishes, subject, so_far)) return std::move(*traffic);
  return judge(params, subject, Picture(wishes, so_far));
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto wishes = read_wishes(params, subject);
  const auto names = static_cast<std::uint64_t>(wishes.names.size());
  Bounds bounds;
  // The first; every name; no and unknown name; four versions; ciphers; resumption twice;
  // protocols; direct; then one request a name and three clients.
  bounds.requests =
      1 + names * wishes.handshakes_a_name + 2 + 4 + 1 + 2 + 2 + wishes.alpn.size() + 1 + names + 3;
  bounds.time = subject.target.timeout * static_cast<std::int64_t>(bounds.requests);
  return bounds;
}

void mistake(Errors& errors, Error error, const Place& place) {
  error.place = place;
  errors.push_back(std::move(error));
}

void review(const Params& params, Errors& errors) {
  if (const auto* value = params.find("hsts"))
    if (const auto read = parse_hsts(value->as<std::string>()); !read)
      mistake(errors, read.error(), value->place);
  if (const auto* list = params.find("certificate-sha256"))
    for (const auto& value : list->as<List>())
      if (const auto read = parse_fingerprint(value.as<std::string>()); !read)
        mistake(errors, read.error(), value.place);
  if (const auto* value = params.find("direct")) {
    const auto read = parse_address(value->as<std::string>());
    if (!read)
      mistake(errors, read.error(), value->place);
    else if (read->size() != 1 || read->front().port == 0 || read->front().url_port != 0)
      mistake(errors, {"direct must be one host and port", "write HOST:PORT", {}, true},
              value->place);
  }
  if (const auto* list = params.find("names"))
    for (const auto& value : list->as<List>())
      if (value.as<std::string>().find_first_of("*/ ") != std::string::npos)
        mistake(errors,
                {fmt::format("\"{}\" is no host name", value.as<std::string>()),
                 "write one name that a client asks for, without * and without a path",
                 {},
                 true},
                value.place);
}

std::vector<Field> text_of(std::string about) {
  return {{.name = "item", .kind = Kind::text, .about = std::move(about)}};
}

std::vector<Field> fields() {
  auto fields = door_fields();
  const std::vector<Field> own{
      {.name = "names",
       .kind = Kind::list,
       .about = "names that are served; the target's host unless stated",
       .fields = text_of("a host name"),
       .or_one = true,
       .example = "[frieza.dev, a.frieza.dev]"},
      {.name = "replicas",
       .kind = Kind::integer,
       .about = "replicas of the ingress: with more, each name is asked on more connections",
       .fallback = "3",
       .least = 1,
       .most = 100},
      {.name = "min-days",
       .kind = Kind::integer,
       .about = "least days that a certificate has left",
       .fallback = "14",
       .least = 0,
       .most = 3650},
      {.name = "min-version",
       .kind = Kind::word,
       .about = "lowest TLS version that is accepted",
       .fallback = "1.2",
       .words = {"1.0", "1.1", "1.2", "1.3"}},
      {.name = "alpn",
       .kind = Kind::list,
       .about = "protocols that must be offered",
       .fields = text_of("a protocol as ALPN names it"),
       .or_one = true,
       .example = "[h2, http/1.1]"},
      {.name = "hsts",
       .kind = Kind::text,
       .about =
           "true: Strict-Transport-Security is sent; false: it is not; a number: with at least "
           "that max-age in seconds",
       .example = "31536000"},
      {.name = "direct",
       .kind = Kind::text,
       .about = "host:port of the ingress behind the balancer, to tell where TLS ends",
       .example = "10.0.0.7:443"},
      {.name = "certificate-sha256",
       .kind = Kind::list,
       .about = "fingerprint of the certificate that must be served, or of several",
       .fields = text_of("64 hex digits, colons allowed"),
       .or_one = true},
      {.name = "unknown-name",
       .kind = Kind::word,
       .about = "what a name gets that nobody configured: the default certificate, or a refusal",
       .words = {"default", "refuse"}},
      {.name = "client-certificate",
       .kind = Kind::word,
       .about = "whether clients must show a certificate, may, or are not asked for one",
       .words = {"required", "optional", "none"}},
      {.name = "forwarded-proto",
       .kind = Kind::word,
       .about =
           "X-Forwarded-Proto that the pod must see; any: not judged; unless stated, https or none",
       .words = {"https", "http", "any"}},
  };
  fields.insert(fields.end(), own.begin(), own.end());
  return fields;
}

std::vector<Cause> certificate_causes() {
  const std::string tls_docs = "ingress-nginx documentation, TLS/HTTPS";
  return {
      {"default-certificate",
       "The controller has no certificate for the name and serves the one that it makes itself.",
       "give the Ingress a tls section with this host and a valid Secret in its own namespace, or "
       "set --default-ssl-certificate",
       tls_docs},
      {"certificate-expired", "The certificate, or one of its chain, is past its end.",
       "renew it and update the Secret; cert-manager does so by itself", "RFC 5280, 4.1.2.5"},
      {"certificate-not-yet-valid", "The certificate's time has not begun.",
       "issue it with an earlier notBefore, or correct the clock of whoever issued it",
       "RFC 5280, 4.1.2.5"},
      {"certificate-wrong-name", "The certificate names other hosts than the one asked for.",
       "issue one with this host as subject alternative name, or mend the host in the tls section",
       "RFC 9525, 6"},
      {"certificate-no-san", "The certificate has no subject alternative name at all.",
       "issue it with subjectAltName (openssl req -addext \"subjectAltName=DNS:...\")",
       "RFC 9525, 6.3"},
      {"wildcard-too-shallow",
       "A wildcard stands for exactly one label, and the name has another depth.",
       "issue a wildcard for that depth, or name the host itself", "RFC 9525, 6.3"},
      {"unknown-ca", "No authority that clients know has signed it.",
       "use a certificate of a public authority, send its intermediates along, or give clients the "
       "authority (`ca:` of the target)",
       "RFC 5280, 6.1"},
      {"self-signed", "The certificate is signed with its own key.",
       "use a certificate of an authority, or give clients this one (`ca:` of the target)",
       "RFC 5280, 6.1"},
      {"expires-soon", "The certificate has fewer days left than wanted.",
       "renew it; if something does so by itself, find out why it has not", "RFC 5280, 4.1.2.5"},
      {"certificate-mismatch", "Another certificate is served than the one that is meant to be.",
       "update the Secret that this host uses; every replica has to pick it up", tls_docs},
  };
}

std::vector<Cause> causes() {
  auto causes = certificate_causes();
  const std::vector<Cause> others{
      {"sni-ignored", "One certificate is served whatever name the client asks for.",
       "let the hop that ends TLS choose the certificate by SNI (several certificates on the "
       "listener), or pass TLS through to the ingress",
       "RFC 6066, 3"},
      {"unknown-name-wrong", "A name that nobody configured is answered otherwise than stated.",
       "ssl-reject-handshake: \"true\" refuses it, \"false\" serves the default certificate",
       "nginx documentation, ssl_reject_handshake; RFC 6066, 3"},
      {"old-tls-accepted", "The server accepts a TLS version below the stated one.",
       "ssl-protocols: \"TLSv1.2 TLSv1.3\" in ingress-nginx, a newer security policy at the "
       "balancer",
       "RFC 8996; RFC 9325, 3.1.1"},
      {"weak-cipher-accepted", "The server accepts a cipher that protects nothing.",
       "set ssl-ciphers to the controller's default, a newer security policy at the balancer",
       "RFC 9325, 4.1"},
      {"h2-not-offered", "A protocol that should be offered is not.",
       "use-http2: \"true\" in ingress-nginx; a Classic Load Balancer offers none, an NLB needs an "
       "ALPN policy",
       "RFC 7301; ingress-nginx documentation, ConfigMap use-http2"},
      {"hsts-missing", "Answers over https lack Strict-Transport-Security.",
       "hsts: \"true\" and hsts-max-age in ingress-nginx; behind a balancer that ends TLS the "
       "ingress never sends it",
       "RFC 6797; ingress-nginx documentation, ConfigMap hsts"},
      {"hsts-unexpected", "Answers carry Strict-Transport-Security although they should not.",
       "hsts: \"false\"", "RFC 6797; ingress-nginx documentation, ConfigMap hsts"},
      {"client-certificate-not-asked", "Clients are served without showing a certificate.",
       "auth-tls-secret and auth-tls-verify-client: \"on\" on the Ingress of this host",
       "ingress-nginx documentation, client certificate authentication"},
      {"unknown-client-accepted", "A client certificate that nobody signed is accepted.",
       "auth-tls-verify-client: \"on\" (optional_no_ca asks but does not verify)",
       "ingress-nginx documentation, client certificate authentication"},
      {"client-refused", "A client that should be let in is refused.",
       "compare the authority in auth-tls-secret with the one that issued the client's "
       "certificate, and auth-tls-verify-depth with its chain",
       "ingress-nginx documentation, client certificate authentication"},
      {"forwarded-proto-missing", "The pod is not told that the client came over https.",
       "have the hop that ends TLS send X-Forwarded-Proto (backend-protocol: http at an ELB) and "
       "the ingress trust it (use-forwarded-headers: \"true\")",
       "ingress-nginx documentation, ConfigMap use-forwarded-headers"},
  };
  causes.insert(causes.end(), others.begin(), others.end());
  return causes;
}

}  // namespace

Check described() {
  Check check;
  check.words = {.name = "tls-termination",
                 .about =
                     "Each name is served with a right certificate, over the TLS versions and "
                     "protocols that were configured, and the pod knows that it was https.",
                 .fields = fields(),
                 .rules = door_rules(),
                 .review = review};
  check.proves =
      "Every name's certificate is valid for it, known to clients and not about to end; versions, "
      "protocols, HSTS and client certificates are as stated, and where TLS ends the pod is told.";
  check.blind =
      "It sees the certificates of the replicas that answered its handshakes, and ciphers only as "
      "far as its own library can still offer them. Revocation shows only in a stapled OCSP "
      "response.";
  check.sends =
      "About thirty TLS handshakes (twelve for each name with three replicas; TLS 1.0 to 1.3; an "
      "unknown name and none) "
      "and one GET for each name, with and without a client certificate where that is stated.";
  check.order = Order::passive;
  check.causes = causes();
  check.step = step;
  check.bounds = bounds;
  return check;
}

}  // namespace tls_termination

namespace checks {
const Check tls_termination = ingress_check::tls_termination::described();
}

}  // namespace ingress_check
