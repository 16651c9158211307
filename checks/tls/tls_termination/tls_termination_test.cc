#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <map>

#include "checks/tls/hand_made_test.h"
#include "checks/tls/tls_termination/judging.h"

namespace ingress_check {

namespace checks {
extern const Check tls_termination;
}

namespace {

using practice::by_pod;
using practice::cause_ids;
using practice::first_cause;
using practice::HandMade;
using practice::page;
using practice::text_of;

using Ids = std::vector<std::string>;

const auto now = std::chrono::system_clock::time_point(std::chrono::hours(24 * 20000));
constexpr auto day = std::chrono::hours(24);

Subject subject_at(const std::string& url) {
  auto subject = practice::subject(url);
  subject.now = now;
  return subject;
}

/// What the server does; the good one unless a test says otherwise.
struct Server {
  std::map<std::string, TlsFacts> certificates = {
      {"frieza.dev", fake_certificate("frieza.dev", now)}};
  std::optional<TlsFacts> otherwise;
  TlsVersion least = TlsVersion::tls1_2;
  std::vector<std::string> alpn = {"h2", "http/1.1"};
  bool weak = false;
  bool own_library_refuses_old = false;
  std::optional<TlsFacts> direct;
  std::function<void(const Request&, Exchange&)> answer;
};

TlsFacts unverified(TlsFacts facts, std::vector<int> codes, bool name_matches = true) {
  facts.verified = facts.chain_verified = false;
  facts.name_matches = name_matches;
  facts.verify_code = codes.front();
  facts.verify_codes = std::move(codes);
  facts.verify_error = X509_verify_cert_error_string(facts.verify_code);
  return facts;
}

TlsFacts other_name(TlsFacts facts) {
  facts.verified = facts.name_matches = false;
  facts.verify_codes = {X509_V_ERR_HOSTNAME_MISMATCH};
  facts.verify_code = X509_V_ERR_HOSTNAME_MISMATCH;
  return facts;
}

/// As ingress-nginx makes it at start.
TlsFacts fake_default(const std::string& serial = "01") {
  auto facts = fake_certificate("ingress.local", now);
  auto& leaf = facts.chain.front();
  leaf.subject = leaf.issuer = "CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co";
  leaf.subject_cn = "Kubernetes Ingress Controller Fake Certificate";
  leaf.key = "RSA 2048";
  leaf.serial = serial;
  leaf.sha256 = serial;
  leaf.self_signed = true;
  return unverified(std::move(facts), {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT}, false);
}

void refuse(HandshakeReply& reply, int alert) {
  reply.outcome = Outcome::tls_error;
  reply.refused_by_server = true;
  reply.alert = alert;
  reply.detail = fmt::format("the server sent the alert {}", alert);
}

void shake(const Server& server, const Handshake& item, HandshakeReply& reply) {
  const auto found = server.certificates.find(item.sni.value_or(""));
  auto facts = found != server.certificates.end() ? std::optional(found->second) : server.otherwise;
  if (item.address) facts = server.direct;
  if (!facts) return refuse(reply, 112);
  if (item.name == "weak cipher" && !server.weak) return refuse(reply, 40);
  if (item.most && *item.most < server.least && item.name != "weak cipher") {
    if (!server.own_library_refuses_old) return refuse(reply, 70);
    reply.outcome = Outcome::local;
    reply.detail = "no protocols available";
    return;
  }
  facts->version = item.most.value_or(TlsVersion::tls1_3);
  if (item.name == "weak cipher") facts->cipher = "NULL-SHA256";
  for (const auto& offered : item.alpn)
    if (facts->alpn.empty() && std::ranges::find(server.alpn, offered) != server.alpn.end())
      facts->alpn = offered;
  facts->resumed = item.resume;
  reply.tls = std::move(facts);
}

HandMade servers_of(const Server& server) {
  HandMade servers;
  servers.shake = [server](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    shake(server, item, reply);
  };
  servers.answer = [server](const Request& request, Exchange& exchange) {
    if (server.answer) return server.answer(request, exchange);
    by_pod(exchange, "https");
    exchange.headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  };
  return servers;
}

Server good() {
  Server server;
  server.otherwise = fake_default();
  return server;
}

Server with(TlsFacts facts) {
  auto server = good();
  server.certificates["frieza.dev"] = std::move(facts);
  return server;
}

Verdict judge(const Server& server, const std::string& yaml = "{}",
              const Subject& subject = subject_at("https://frieza.dev")) {
  auto servers = servers_of(server);
  return practice::judge(checks::tls_termination, yaml, subject, servers);
}

std::string kind(const Verdict& verdict) { return to_string(verdict.kind); }

bool says(const Verdict& verdict, const std::string& words) {
  return text_of(verdict).find(words) != std::string::npos;
}

TEST(tls_termination, passes_on_a_correct_ingress) {
  const auto verdict = judge(good(), "{alpn: [h2, http/1.1], hsts: true, unknown-name: default}");
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
  EXPECT_EQ(verdict.summary, "frieza.dev is served with a right certificate, TLS 1.2 and later");
  EXPECT_EQ(verdict.traits.at("tls.floor"), "1.2");
  EXPECT_EQ(verdict.traits.at("tls.alpn"), "h2, http/1.1");
  EXPECT_EQ(verdict.traits.at("hsts.max-age"), "31536000");
  EXPECT_EQ(verdict.traits.at("forwarded.proto"), "yes");
  EXPECT_EQ(verdict.traits.at("default-certificate"),
            "Kubernetes Ingress Controller Fake Certificate");
  ASSERT_EQ(verdict.figures.size(), 1U);
  EXPECT_EQ(verdict.figures.front().name, "certificate_days_left");
  EXPECT_EQ(verdict.figures.front().value, 90);
}

TEST(tls_termination, default_certificate) {
  const auto verdict = judge(with(fake_default()));
  EXPECT_EQ(cause_ids(verdict), Ids{"default-certificate"}) << text_of(verdict);
  EXPECT_EQ(verdict.findings.size(), 1U) << "not also self-signed and wrong name";
  EXPECT_EQ(verdict.findings.front().of, verdict.findings.front().broke);
  EXPECT_GE(verdict.findings.front().of, 12U) << "one of three replicas is met with 0.99";
  EXPECT_NE(verdict.diagnoses.front().separates.find("`names`"), std::string::npos);
  EXPECT_TRUE(says(verdict, "nothing is sent to a server whose certificate does not verify"));
}

TEST(tls_termination, default_certificates_of_several_replicas) {
  auto server = good();
  auto servers = servers_of(server);
  servers.shake = [&](const Handshake& item, std::uint32_t round, HandshakeReply& reply) {
    shake(with(fake_default(fmt::format("0{}", round % 2))), item, reply);
  };
  const auto verdict =
      practice::judge(checks::tls_termination, "{}", subject_at("https://frieza.dev"), servers);
  EXPECT_EQ(cause_ids(verdict), Ids{"default-certificate"});
  EXPECT_TRUE(says(verdict, "2 different certificates of the controller's own making"))
      << text_of(verdict);
}

TEST(tls_termination, one_stale_replica_is_counted) {
  auto servers = servers_of(good());
  servers.shake = [&](const Handshake& item, std::uint32_t round, HandshakeReply& reply) {
    shake(round == 2 ? with(fake_default()) : good(), item, reply);
  };
  const auto verdict =
      practice::judge(checks::tls_termination, "{}", subject_at("https://frieza.dev"), servers);
  EXPECT_EQ(first_cause(verdict), "default-certificate");
  EXPECT_EQ(verdict.findings.front().broke, 1U);
  EXPECT_GE(verdict.findings.front().of, 12U);
}

TEST(tls_termination, expired_with_days_and_issuer) {
  auto facts = unverified(fake_certificate("frieza.dev", now, -3), {X509_V_ERR_CERT_HAS_EXPIRED});
  const auto verdict = judge(with(facts));
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-expired"}) << text_of(verdict);
  EXPECT_TRUE(says(verdict, "3 days ago"));
  EXPECT_TRUE(says(verdict, "Practice Authority"));
  EXPECT_EQ(verdict.figures.front().value, -3);
}

TEST(tls_termination, an_expired_intermediate) {
  auto facts = unverified(fake_certificate("frieza.dev", now), {X509_V_ERR_CERT_HAS_EXPIRED});
  const auto verdict = judge(with(facts));
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-expired"});
  EXPECT_TRUE(says(verdict, "of the chain above it"));
}

TEST(tls_termination, not_yet_valid) {
  auto facts = fake_certificate("frieza.dev", now);
  facts.chain.front().not_before = now + day;
  const auto verdict = judge(with(unverified(facts, {X509_V_ERR_CERT_NOT_YET_VALID})));
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-not-yet-valid"});
}

TEST(tls_termination, wrong_name) {
  const auto verdict = judge(with(other_name(fake_certificate("other.dev", now))));
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-wrong-name"}) << text_of(verdict);
  EXPECT_TRUE(says(verdict, "one for other.dev"));
}

TEST(tls_termination, no_san) {
  auto facts = other_name(fake_certificate("frieza.dev", now));
  facts.chain.front().dns_names.clear();
  facts.chain.front().version = 1;
  const auto verdict = judge(with(facts));
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-no-san"});
  EXPECT_TRUE(says(verdict, "X.509 version 1"));
}

TEST(tls_termination, wildcard_too_shallow) {
  const std::string host = "a.b.elb.example";
  auto server = good();
  auto facts = other_name(fake_certificate("*.elb.example", now));
  server.certificates[host] = facts;
  const auto verdict = judge(server, "{}", subject_at("https://" + host));
  EXPECT_EQ(cause_ids(verdict), Ids{"wildcard-too-shallow"}) << text_of(verdict);
  server.certificates["elb.example"] = facts;
  EXPECT_EQ(first_cause(judge(server, "{}", subject_at("https://elb.example"))),
            "wildcard-too-shallow");
}

TEST(tls_termination, unknown_ca_and_self_signed) {
  const auto unknown = judge(with(unverified(
      fake_certificate("frieza.dev", now),
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE})));
  EXPECT_EQ(cause_ids(unknown), Ids{"unknown-ca"}) << text_of(unknown);
  EXPECT_NE(unknown.diagnoses.front().separates.find("intermediate"), std::string::npos);
  auto self = fake_certificate("frieza.dev", now);
  self.chain.front().self_signed = true;
  const auto verdict = judge(with(unverified(self, {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT})));
  EXPECT_EQ(cause_ids(verdict), Ids{"self-signed"});
}

TEST(tls_termination, insecure_takes_trust_out_and_nothing_else) {
  auto subject = subject_at("https://frieza.dev");
  subject.target.insecure = true;
  auto facts =
      unverified(fake_certificate("frieza.dev", now), {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT});
  const auto trusted = judge(with(facts), "{}", subject);
  EXPECT_EQ(kind(trusted), "pass") << text_of(trusted);
  EXPECT_TRUE(says(trusted, "noted, not judged, because of `insecure`"));
  EXPECT_TRUE(says(trusted, "`insecure` takes that out of the verdict"));
  auto old = unverified(fake_certificate("frieza.dev", now, -1),
                        {X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT});
  EXPECT_EQ(cause_ids(judge(with(old), "{}", subject)), Ids{"certificate-expired"});
  EXPECT_EQ(first_cause(judge(with(fake_default()), "{}", subject)), "default-certificate");
}

TEST(tls_termination, expires_in_exactly_min_days) {
  EXPECT_EQ(kind(judge(with(fake_certificate("frieza.dev", now, 14)), "{min-days: 14}")), "pass");
  auto facts = fake_certificate("frieza.dev", now, 14);
  facts.chain.front().not_after -= std::chrono::seconds(1);
  const auto verdict = judge(with(facts), "{min-days: 14}");
  EXPECT_EQ(cause_ids(verdict), Ids{"expires-soon"}) << text_of(verdict);
  EXPECT_TRUE(says(verdict, "13 days left"));
  EXPECT_EQ(verdict.findings.front().place.line, 1);
  EXPECT_EQ(kind(judge(with(facts), "{min-days: 13}")), "pass");
}

TEST(tls_termination, days_are_rounded_down) {
  EXPECT_EQ(tls_termination::days_between(now, now + day), 1);
  EXPECT_EQ(tls_termination::days_between(now, now + day - std::chrono::seconds(1)), 0);
  EXPECT_EQ(tls_termination::days_between(now, now - std::chrono::seconds(1)), -1);
}

TEST(tls_termination, sni_ignored) {
  auto server = good();
  server.certificates.clear();
  const auto verdict = judge(server, "{names: [frieza.dev, other.dev]}");
  EXPECT_EQ(first_cause(verdict), "sni-ignored") << text_of(verdict);
  auto one = good();
  one.certificates["frieza.dev"] = fake_default();
  one.certificates["other.dev"] = fake_certificate("other.dev", now);
  EXPECT_EQ(cause_ids(judge(one, "{names: [frieza.dev, other.dev]}")), Ids{"default-certificate"});
  auto both = good();
  both.otherwise = fake_certificate("*.dev", now);
  both.certificates.clear();
  EXPECT_EQ(kind(judge(both, "{names: [frieza.dev, other.dev]}")), "pass")
      << "one certificate that covers all";
}

TEST(tls_termination, figures_name_each_host) {
  auto server = good();
  server.certificates["other.dev"] = fake_certificate("other.dev", now, 30);
  const auto verdict = judge(server, "{names: [frieza.dev, other.dev]}");
  ASSERT_EQ(verdict.figures.size(), 2U);
  EXPECT_EQ(verdict.figures[1].name, "certificate_days_left.other.dev");
  EXPECT_EQ(verdict.figures[1].value, 30);
}

TEST(tls_termination, old_tls_accepted) {
  auto server = good();
  server.least = TlsVersion::tls1_0;
  const auto verdict = judge(server);
  EXPECT_EQ(cause_ids(verdict), Ids{"old-tls-accepted"}) << text_of(verdict);
  EXPECT_TRUE(says(verdict, "TLS 1.0, 1.1 accepted"));
  EXPECT_EQ(verdict.traits.at("tls.floor"), "1.0");
  EXPECT_EQ(kind(judge(server, "{min-version: 1.0}")), "pass");
  EXPECT_EQ(first_cause(judge(good(), "{min-version: 1.3}")), "old-tls-accepted");
}

TEST(tls_termination, what_our_own_library_refuses_does_not_count) {
  auto server = good();
  server.own_library_refuses_old = true;
  const auto verdict = judge(server);
  EXPECT_EQ(kind(verdict), "pass");
  EXPECT_TRUE(says(verdict, "whether the server refuses TLS 1.0 (no protocols available)"))
      << text_of(verdict);
}

TEST(tls_termination, weak_cipher_accepted) {
  auto server = good();
  server.weak = true;
  const auto verdict = judge(server);
  EXPECT_EQ(cause_ids(verdict), Ids{"weak-cipher-accepted"});
  EXPECT_TRUE(says(verdict, "NULL-SHA256"));
}

TEST(tls_termination, h2_not_offered) {
  auto server = good();
  server.alpn = {"http/1.1"};
  const auto verdict = judge(server, "{alpn: h2}");
  EXPECT_EQ(cause_ids(verdict), Ids{"h2-not-offered"}) << text_of(verdict);
  EXPECT_EQ(verdict.traits.at("tls.alpn"), "http/1.1");
  EXPECT_EQ(kind(judge(server)), "pass") << "unless stated";
  server.alpn.clear();
  EXPECT_EQ(kind(judge(server, "{alpn: http/1.1}")), "pass") << "everybody speaks that";
}

TEST(tls_termination, hsts) {
  auto server = good();
  server.answer = [](const Request&, Exchange& exchange) { by_pod(exchange, "https"); };
  EXPECT_EQ(cause_ids(judge(server, "{hsts: true}")), Ids{"hsts-missing"});
  EXPECT_EQ(kind(judge(server)), "pass");
  EXPECT_EQ(kind(judge(server, "{hsts: false}")), "pass");
  EXPECT_EQ(cause_ids(judge(good(), "{hsts: false}")), Ids{"hsts-unexpected"});
  EXPECT_EQ(kind(judge(good(), "{hsts: 31536000}")), "pass");
  EXPECT_EQ(cause_ids(judge(good(), "{hsts: 31536001}")), Ids{"hsts-missing"});
  server.answer = [](const Request&, Exchange& exchange) {
    by_pod(exchange, "https");
    exchange.headers.add("strict-transport-security", "includeSubDomains; Max-Age=\"600\"");
  };
  EXPECT_EQ(kind(judge(server, "{hsts: 10m}")), "pass") << "RFC 6797, 6.1: quotes and any order";
}

TEST(tls_termination, forwarded_proto_missing) {
  auto server = good();
  server.answer = [](const Request&, Exchange& exchange) { by_pod(exchange, ""); };
  const auto unstated = judge(server);
  EXPECT_EQ(kind(unstated), "pass") << "the pod itself may end TLS";
  EXPECT_TRUE(says(unstated, "write `forwarded-proto: https`")) << text_of(unstated);
  const auto missing = judge(server, "{forwarded-proto: https}");
  EXPECT_EQ(cause_ids(missing), Ids{"forwarded-proto-missing"}) << text_of(missing);
  EXPECT_EQ(missing.traits.at("forwarded.proto"), "no");
  server.answer = [](const Request&, Exchange& exchange) { by_pod(exchange, "http"); };
  EXPECT_EQ(cause_ids(judge(server)), Ids{"forwarded-proto-missing"});
  EXPECT_EQ(kind(judge(server, "{forwarded-proto: http}")), "pass");
  EXPECT_EQ(kind(judge(server, "{forwarded-proto: any}")), "pass");
  server.answer = [](const Request&, Exchange& exchange) { page(exchange, 200, "hello"); };
  EXPECT_EQ(kind(judge(server)), "pass") << "a pod that says nothing proves nothing";
}

TEST(tls_termination, unknown_names) {
  auto refusing = good();
  refusing.otherwise.reset();
  EXPECT_EQ(kind(judge(refusing, "{unknown-name: refuse}")), "pass");
  EXPECT_EQ(judge(refusing).traits.at("default-certificate"), "refused");
  EXPECT_EQ(cause_ids(judge(refusing, "{unknown-name: default}")), Ids{"unknown-name-wrong"});
  EXPECT_EQ(cause_ids(judge(good(), "{unknown-name: refuse}")), Ids{"unknown-name-wrong"});
}

TEST(tls_termination, certificate_mismatch) {
  const auto sha = good().certificates.at("frieza.dev").chain.front().sha256;
  EXPECT_EQ(kind(judge(good(), "{certificate-sha256: \"" + sha + "\"}")), "pass");
  const auto verdict = judge(good(), "{certificate-sha256: \"" + std::string(64, 'A') + "\"}");
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-mismatch"});
  EXPECT_EQ(verdict.findings.front().place.line, 1);
}

TEST(tls_termination, where_tls_ends) {
  auto server = good();
  server.direct = fake_default();
  const auto before = judge(server, "{direct: \"127.0.0.1:8443\"}");
  EXPECT_EQ(before.traits.at("tls.ends-at"), "before the ingress") << text_of(before);
  server.direct = server.certificates.at("frieza.dev");
  EXPECT_EQ(judge(server, "{direct: \"127.0.0.1:8443\"}").traits.at("tls.ends-at"), "the ingress");
  EXPECT_TRUE(says(judge(server), "`direct` names the ingress"));
}

/// A server that asks for client certificates, and whom it lets in.
Server asking(bool none, bool untrusted, bool own) {
  auto server = good();
  server.certificates["frieza.dev"].client_certificate_asked = true;
  server.answer = [=](const Request& request, Exchange& exchange) {
    const bool in = request.certificate == ClientCertificate::none        ? none
                    : request.certificate == ClientCertificate::untrusted ? untrusted
                                                                          : own;
    if (in) return by_pod(exchange, "https");
    page(exchange, 400, "No required SSL certificate was sent");
  };
  return server;
}

Subject with_certificate() {
  auto subject = subject_at("https://frieza.dev");
  subject.target.certificate = "client.pem";
  subject.target.key = "client.key";
  return subject;
}

TEST(tls_termination, client_certificates) {
  const std::string required = "{client-certificate: required}";
  EXPECT_EQ(kind(judge(asking(false, false, true), required, with_certificate())), "pass");
  const auto half = judge(asking(false, false, true), required);
  EXPECT_TRUE(says(half, "that the right client certificate is accepted")) << text_of(half);
  EXPECT_EQ(first_cause(judge(asking(false, true, true), required, with_certificate())),
            "unknown-client-accepted");
  EXPECT_EQ(first_cause(judge(asking(false, false, false), required, with_certificate())),
            "client-refused");
  EXPECT_EQ(first_cause(judge(asking(true, false, true), required, with_certificate())),
            "client-certificate-not-asked");
  EXPECT_EQ(first_cause(judge(good(), required)), "client-certificate-not-asked");
  EXPECT_EQ(first_cause(judge(asking(true, true, true), required, with_certificate())),
            "unknown-client-accepted")
      << "asked for, but never verified";
  EXPECT_EQ(cause_ids(judge(good(), required, with_certificate())),
            Ids{"client-certificate-not-asked"});
  const std::string optional = "{client-certificate: optional}";
  EXPECT_EQ(kind(judge(asking(true, false, true), optional, with_certificate())), "pass");
  EXPECT_EQ(first_cause(judge(asking(false, false, true), optional, with_certificate())),
            "client-refused");
  EXPECT_EQ(kind(judge(good(), "{client-certificate: none}")), "pass");
  EXPECT_EQ(judge(good()).traits.at("tls.client-certificate"), "not asked");
}

TEST(tls_termination, a_late_alert_refuses_as_well_as_a_400) {
  auto server = asking(false, false, true);
  const auto answer = server.answer;
  server.answer = [answer](const Request& request, Exchange& exchange) {
    answer(request, exchange);
    if (exchange.status == 400) {
      exchange = Exchange{};
      exchange.outcome = Outcome::tls_error;
      exchange.detail = "alert certificate required";
    }
  };
  EXPECT_EQ(kind(judge(server, "{client-certificate: required}", with_certificate())), "pass");
}

TEST(tls_termination, a_4xx_of_the_application_refuses_nobody) {
  const auto answering = [](bool asked, int without, int with_own) {
    auto server = good();
    server.certificates["frieza.dev"].client_certificate_asked = asked;
    server.answer = [=](const Request& request, Exchange& exchange) {
      const bool own = request.certificate == ClientCertificate::as_target;
      page(exchange, own ? with_own : without, R"({"error":"forbidden"})");
    };
    return server;
  };
  const std::string required = "{client-certificate: required}";
  EXPECT_EQ(kind(judge(answering(false, 403, 403), "{client-certificate: none}")), "pass");
  EXPECT_EQ(kind(judge(answering(true, 400, 400), "{client-certificate: none}")), "pass");
  EXPECT_EQ(kind(judge(answering(true, 403, 403), required)), "inconclusive");
  EXPECT_EQ(first_cause(judge(answering(true, 403, 403), required, with_certificate())),
            "unknown-client-accepted");
  EXPECT_EQ(kind(judge(answering(true, 403, 200), required, with_certificate())), "inconclusive");
}

TEST(tls_termination, every_connection_that_asked_for_the_name_is_judged) {
  auto servers = servers_of(good());
  servers.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    reply.tls = fake_certificate("frieza.dev", now, item.name == "alpn:h2" ? 2 : 90);
    if (item.name == "alpn:h2") reply.tls->chain.front().sha256 = "other";
  };
  const auto subject = subject_at("https://frieza.dev");
  const auto late = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(first_cause(late), "expires-soon") << text_of(late);
  EXPECT_EQ(late.findings.front().broke, 1U);
  servers = servers_of(good());
  servers.answer = [](const Request&, Exchange& exchange) {
    by_pod(exchange, "https");
    exchange.tls = fake_certificate("frieza.dev", now, 2);
    exchange.tls->sni = "frieza.dev";
    exchange.tls->chain.front().sha256 = "other";
  };
  EXPECT_EQ(first_cause(practice::judge(checks::tls_termination, "{}", subject, servers)),
            "expires-soon");
  servers = servers_of(good());
  practice::judge(checks::tls_termination, "{replicas: 1}", subject, servers);
  EXPECT_EQ(std::get<Handshakes>(servers.phase("handshakes")->send).items.front().times, 1U);
}

TEST(tls_termination, an_intermediate_that_is_about_to_end) {
  auto facts = fake_certificate("frieza.dev", now);
  auto& intermediate = facts.chain.emplace_back(facts.chain.front());
  intermediate.subject = "CN=Practice Authority";
  intermediate.issuer = "CN=Root";
  intermediate.not_after = now + day * 3;
  const auto verdict = judge(with(facts));
  EXPECT_EQ(cause_ids(verdict), Ids{"expires-soon"}) << text_of(verdict);
  EXPECT_TRUE(says(verdict, "3 days left of the intermediate certificate"));
  facts.chain.back().self_signed = true;
  EXPECT_EQ(kind(judge(with(facts))), "pass") << "a root is the client's own affair";
  facts.chain.back().self_signed = false;
  facts.chain.back().subject = "CN=Cross-signed";
  const auto upper = judge(with(facts));
  EXPECT_EQ(kind(upper), "pass");
  EXPECT_TRUE(says(upper, "whether clients need \"CN=Cross-signed\"")) << text_of(upper);
}

TEST(tls_termination, one_address_of_two_with_an_old_certificate) {
  auto subject = subject_at("https://frieza.dev");
  subject.addresses = 2;
  const auto expired =
      unverified(fake_certificate("frieza.dev", now, -3), {X509_V_ERR_CERT_HAS_EXPIRED});
  auto servers = servers_of(good());
  servers.addresses = {"192.0.2.1", "192.0.2.2"};
  servers.shake = [&](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    shake(reply.address == "192.0.2.2:443" ? with(expired) : good(), item, reply);
    if (reply.tls && reply.address == "192.0.2.2:443") reply.tls->chain.front().sha256 = "OLD";
  };
  const auto verdict = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(cause_ids(verdict), Ids{"certificate-expired"}) << text_of(verdict);
  EXPECT_EQ(verdict.findings.front().broke, 12U);
  EXPECT_TRUE(says(verdict, "3 days ago at 192.0.2.2:443")) << text_of(verdict);
}

TEST(tls_termination, what_insecure_leaves_out_is_noted_once) {
  auto subject = subject_at("https://frieza.dev");
  subject.target.insecure = true;
  const auto own =
      unverified(fake_certificate("frieza.dev", now), {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT});
  auto servers = servers_of(good());
  servers.shake = [&](const Handshake& item, std::uint32_t round, HandshakeReply& reply) {
    shake(with(own), item, reply);
    if (reply.tls) reply.tls->chain.front().sha256 = fmt::format("{}", round % 2);
  };
  const auto verdict = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(std::ranges::count_if(verdict.notes,
                                  [](const std::string& note) {
                                    return note.find("because of `insecure`") != note.npos;
                                  }),
            1)
      << text_of(verdict);
}

TEST(tls_termination, an_address_that_is_closed_is_no_pass_and_stops_nothing) {
  auto subject = subject_at("https://frieza.dev");
  subject.addresses = 2;
  auto servers = servers_of(good());
  servers.addresses = {"192.0.2.1", "192.0.2.2"};
  servers.shake = [&](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (reply.address == "192.0.2.2:443")
      reply.outcome = Outcome::refused;
    else
      shake(good(), item, reply);
  };
  const auto verdict = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(kind(verdict), "inconclusive") << text_of(verdict);
  EXPECT_TRUE(says(verdict, "192.0.2.2:443")) << text_of(verdict);
  EXPECT_NE(servers.phase("requests"), nullptr);
}

TEST(tls_termination, what_was_asked_at_one_address_alone_is_told) {
  auto servers = servers_of(good());
  servers.addresses = {"192.0.2.1", "192.0.2.2", "192.0.2.3"};
  auto subject = subject_at("https://frieza.dev");
  subject.addresses = 3;
  const auto verdict = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
  EXPECT_TRUE(says(verdict, "at each of 3 addresses"));
  EXPECT_TRUE(says(verdict, "the other 2 of 3 addresses of frieza.dev: asked was 192.0.2.1:443"));
  EXPECT_FALSE(says(judge(good()), "addresses of frieza.dev"));
}

TEST(tls_termination, an_intermediate_that_only_ca_supplies_is_told) {
  auto facts = fake_certificate("frieza.dev", now);
  facts.not_sent = {"CN=Between"};
  const auto verdict = judge(with(facts));
  EXPECT_EQ(kind(verdict), "pass");
  EXPECT_TRUE(says(verdict, "the server does not send the intermediate certificate \"CN=Between\""))
      << text_of(verdict);
  EXPECT_EQ(verdict.notes.size(), 1U) << "a pass shows its notes";
  EXPECT_FALSE(says(judge(good()), "does not send the intermediate"));
}

TEST(tls_termination, a_timeout_is_neither) {
  auto server = asking(false, false, true);
  server.answer = [](const Request& request, Exchange& exchange) {
    if (request.certificate == ClientCertificate::as_target) return by_pod(exchange, "https");
    exchange.outcome = Outcome::timeout;
  };
  const auto verdict = judge(server, "{client-certificate: required}", with_certificate());
  EXPECT_EQ(kind(verdict), "pass");
  EXPECT_TRUE(says(verdict, "what happens to a client with no certificate")) << text_of(verdict);
}

TEST(tls_termination, servers_that_show_nothing) {
  HandMade servers;
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    reply.outcome = Outcome::refused;
  };
  const auto subject = subject_at("https://frieza.dev");
  const auto refused = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(kind(refused), "inconclusive");
  EXPECT_EQ(refused.summary, "no TLS port could be asked: 127.0.0.1:443 refused the connection");
  EXPECT_EQ(servers.sent.size(), 1U);
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    practice::not_tls(reply, "HTTP/1.1 400 Bad Request\r\n");
  };
  const auto plain = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(kind(plain), "fail");
  EXPECT_TRUE(says(plain, "scheme-mismatch tells apart"));
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    reply.outcome = Outcome::timeout;
    reply.detail = "connected, but no answer to the ClientHello";
  };
  EXPECT_EQ(kind(practice::judge(checks::tls_termination, "{}", subject, servers)), "inconclusive");
}

TEST(tls_termination, one_address_for_every_port) {
  auto subject = subject_at("http://frieza.dev");
  subject.target.address = {{0, "127.0.0.1", 8080}};
  HandMade servers;
  const auto verdict = practice::judge(checks::tls_termination, "{}", subject, servers);
  EXPECT_EQ(kind(verdict), "not supported");
  EXPECT_TRUE(servers.sent.empty());
  subject.target.address = {{80, "127.0.0.1", 8080}, {443, "127.0.0.1", 8443}};
  EXPECT_EQ(kind(judge(good(), "{}", subject)), "pass");
}

TEST(tls_termination, names_without_sni_and_with_another) {
  auto servers = servers_of(good());
  auto subject = subject_at("https://127.0.0.1:8443");
  practice::judge(checks::tls_termination, "{}", subject, servers);
  const auto& by_ip = std::get<Handshakes>(servers.sent.front().send).items.front();
  EXPECT_FALSE(by_ip.sni) << "RFC 6066, 3: IP addresses are not sent";
  EXPECT_EQ(by_ip.port, 8443);
  auto other = servers_of(good());
  subject.target.sni = "frieza.dev";
  practice::judge(checks::tls_termination, "{}", subject, other);
  EXPECT_EQ(std::get<Handshakes>(other.sent.front().send).items.front().sni, "frieza.dev");
  subject = subject_at("https://lb.test");
  subject.target.sni = "frieza.dev";
  const auto by_sni = judge(good(), "{}", subject);
  EXPECT_EQ(kind(by_sni), "pass") << text_of(by_sni);
  EXPECT_TRUE(says(by_sni, "shown: frieza.dev:")) << text_of(by_sni);
}

TEST(tls_termination, mistakes_in_parameters) {
  const auto count = [](const std::string& yaml) {
    return practice::mistakes(checks::tls_termination, yaml).size();
  };
  EXPECT_EQ(count("{hsts: maybe}"), 1U);
  EXPECT_EQ(count("{certificate-sha256: [abc, \"12:34\"]}"), 2U);
  EXPECT_EQ(count("{direct: \"10.0.0.1\"}"), 1U);
  EXPECT_EQ(count("{direct: \"80=10.0.0.1:80,443=10.0.0.1:443\"}"), 1U);
  EXPECT_EQ(count("{names: [\"*.frieza.dev\"]}"), 1U);
  EXPECT_EQ(count("{min-days: -1}"), 1U);
  EXPECT_EQ(count("{min-version: 1.4}"), 1U);
  EXPECT_EQ(count("{hsts: 365, direct: \"10.0.0.1:443\", names: frieza.dev}"), 0U);
}

}  // namespace
}  // namespace ingress_check
