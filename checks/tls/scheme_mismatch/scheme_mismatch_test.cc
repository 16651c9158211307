#include <gtest/gtest.h>

#include "checks/pages.h"
#include "checks/tls/hand_made_test.h"
#include "checks/tls/scheme_mismatch/trail.h"

namespace ingress_check {

namespace checks {
extern const Check scheme_mismatch;
}

namespace {

using practice::by_pod;
using practice::cause_ids;
using practice::first_cause;
using practice::HandMade;
using practice::nginx_497;
using practice::not_tls;
using practice::page;
using practice::raw_answer;
using practice::redirect;
using practice::redirect_by_application;
using practice::text_of;

const auto now = std::chrono::system_clock::time_point(std::chrono::hours(24 * 20000));
const std::string bad_request = "<html><h1>400 Bad Request</h1><hr><center>nginx</center></html>";

Subject at(const std::string& url) {
  auto subject = practice::subject(url);
  subject.now = now;
  return subject;
}

std::string uri(const Request& request) {
  auto path = request.url.path;
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return "https://frieza.dev" + (path == "/" ? "" : path);
}

/// TLS ends at the ingress, http is sent to https with 308, as ingress-nginx does it.
HandMade good() {
  HandMade servers;
  servers.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (item.port != 443) return not_tls(reply, raw_answer(400, bad_request));
    reply.tls = fake_certificate("frieza.dev", now);
  };
  servers.talk = [](const Dialogue& item, BytesReply& reply) {
    reply.bytes = item.port == 443 && !item.tls ? raw_answer(400, nginx_497) : raw_answer(200, "x");
  };
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 308, uri(request));
  };
  return servers;
}

/// A balancer ends TLS and passes bytes to the plain port; no redirects.
HandMade elb() {
  auto servers = good();
  servers.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (item.port != 443) return not_tls(reply, raw_answer(400, bad_request));
    reply.tls = fake_certificate("frieza.dev", now);
    reply.tls->chain.front().subject = "CN=elb";
  };
  servers.talk = [](const Dialogue& item, BytesReply& reply) {
    if (item.port != 443 || item.tls) reply.bytes = raw_answer(200, "x");
    reply.closed = true;
  };
  servers.answer = [](const Request&, Exchange& exchange) { by_pod(exchange, "http"); };
  return servers;
}

Verdict judge(HandMade& servers, const std::string& yaml = "{path: /app1}",
              const std::string& url = "https://frieza.dev") {
  return practice::judge(checks::scheme_mismatch, yaml, at(url), servers);
}

std::string kind(const Verdict& verdict) { return to_string(verdict.kind); }

void close_without_answer(Exchange& exchange) {
  exchange.outcome = Outcome::reset;
  exchange.detail = "closed";
}

TEST(scheme_mismatch, passes_on_a_correct_ingress) {
  auto servers = good();
  const auto verdict = judge(servers, "{path: /app1, redirect: 308}");
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
  EXPECT_EQ(verdict.summary,
            "https is answered as https (200), http is sent there with 308, path and query kept");
  EXPECT_EQ(verdict.traits.at("redirect.status"), "308");
  EXPECT_EQ(verdict.traits.at("redirect.port"), "none");
  EXPECT_EQ(verdict.traits.at("redirect.trailing-slash"), "stripped");
  EXPECT_EQ(verdict.traits.at("plain-http-on-tls"), "400");
  EXPECT_EQ(verdict.traits.at("forwarded.proto"), "yes");
  EXPECT_TRUE(verdict.findings.empty());
}

TEST(scheme_mismatch, passes_behind_a_balancer_that_passes_bytes_and_notes_the_proto) {
  auto servers = elb();
  const auto verdict = judge(servers, "{path: /app1, redirect: none}");
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
  EXPECT_EQ(verdict.traits.at("forwarded.proto"), "says http");
  EXPECT_EQ(verdict.traits.at("redirect.status"), "none");
  EXPECT_NE(text_of(verdict).find("with the certificate \"CN=elb\""), std::string::npos)
      << text_of(verdict);
}

TEST(scheme_mismatch, asks_only_its_own_host_and_carries_a_query) {
  auto servers = good();
  judge(servers);
  const auto& first = std::get<Http>(servers.phase("hop 1")->send).requests;
  ASSERT_EQ(first.size(), 4U);
  EXPECT_TRUE(first[0].url.https);
  EXPECT_NE(first[0].url.path.find("/app1?ingress-check="), std::string::npos);
  EXPECT_NE(first[2].url.path.find("/app1/?ingress-check="), std::string::npos);
  EXPECT_EQ(first[3].url.path, "/app1/");
}

TEST(scheme_mismatch, plain_http_to_tls_port_behind_the_balancer) {
  auto servers = elb();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return page(exchange, 400, nginx_497);
    by_pod(exchange, "http");
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "fail");
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"plain-http-to-tls-port"})
      << text_of(verdict);
  EXPECT_NE(verdict.diagnoses.front().text.find("CN=elb"), std::string::npos);
  EXPECT_NE(verdict.diagnoses.front().fix.find("targetPorts.https: http"), std::string::npos);
  ASSERT_EQ(verdict.findings.size(), 1U);
  ASSERT_TRUE(verdict.findings.front().request);
  EXPECT_TRUE(verdict.summary.ends_with("a port of the next hop that expects TLS"))
      << verdict.summary;
}

TEST(scheme_mismatch, the_pages_of_other_servers_count_too) {
  for (const auto& known : plain_http_pages()) {
    auto servers = elb();
    servers.answer = [&](const Request& request, Exchange& exchange) {
      if (request.url.https)
        return page(exchange, known.status, "Bad Request: " + std::string(known.text) + "\n");
      by_pod(exchange, "http");
    };
    const auto verdict = judge(servers);
    EXPECT_EQ(first_cause(verdict), "plain-http-to-tls-port") << known.server;
    EXPECT_NE(verdict.diagnoses.front().text.find(known.server), std::string::npos);
  }
}

TEST(scheme_mismatch, an_application_that_quotes_the_page_with_200_is_no_failure) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return page(exchange, 200, nginx_497);
    redirect(exchange, 308, uri(request));
  };
  EXPECT_EQ(kind(judge(servers)), "pass");
}

TEST(scheme_mismatch, http_that_leads_to_a_tls_port) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    page(exchange, 400, nginx_497);
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(first_cause(verdict), "plain-http-to-tls-port") << text_of(verdict);
  EXPECT_NE(verdict.diagnoses.front().text.find("port 80"), std::string::npos);
}

TEST(scheme_mismatch, tls_on_the_http_port) {
  auto servers = good();
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    reply.tls = fake_certificate("frieza.dev", now);
  };
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    close_without_answer(exchange);
  };
  servers.talk = [](const Dialogue&, BytesReply& reply) { reply.closed = true; };
  const auto verdict = judge(servers);
  EXPECT_EQ(first_cause(verdict), "plain-http-to-tls-port") << text_of(verdict);
  EXPECT_NE(verdict.diagnoses.front().fix.find("ssl-ports"), std::string::npos);
}

TEST(scheme_mismatch, redirect_loop) {
  auto servers = elb();
  servers.answer = [](const Request& request, Exchange& exchange) {
    redirect(exchange, 308, uri(request));
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "fail");
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"redirect-loop"}) << text_of(verdict);
  EXPECT_EQ(verdict.findings.front().broke, 4U);
  EXPECT_EQ(verdict.findings.front().of, 4U);
  EXPECT_NE(verdict.diagnoses.front().fix.find("use-forwarded-headers"), std::string::npos);
  EXPECT_EQ(servers.phase("hop 4"), nullptr) << "a loop is noticed at once";
}

TEST(scheme_mismatch, a_loop_over_two_schemes_and_one_that_never_repeats) {
  auto ping = elb();
  ping.answer = [](const Request& request, Exchange& exchange) {
    redirect(exchange, 302, request.url.https ? "http://frieza.dev/a" : "https://frieza.dev/a");
  };
  EXPECT_EQ(first_cause(judge(ping, "{path: /a}")), "redirect-loop");
  auto endless = elb();
  int count = 0;
  endless.answer = [&](const Request&, Exchange& exchange) {
    redirect(exchange, 302, fmt::format("https://frieza.dev/{}", ++count));
  };
  const auto verdict = judge(endless);
  EXPECT_EQ(first_cause(verdict), "redirect-loop") << text_of(verdict);
  EXPECT_NE(endless.phase("hop 10"), nullptr);
  EXPECT_EQ(endless.phase("hop 11"), nullptr);
}

TEST(scheme_mismatch, a_directory_redirect_is_no_loop) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (!request.url.https)
      return redirect(exchange, 308, to_string([&] {
                        auto url = request.url;
                        url.https = true;
                        return url;
                      }()));
    const auto path = request.url.path.substr(0, request.url.path.find('?'));
    if (path.ends_with('/')) return by_pod(exchange, "https");
    redirect(exchange, 301, "https://frieza.dev" + path + "/");
  };
  EXPECT_EQ(kind(judge(servers)), "pass");
}

TEST(scheme_mismatch, kong_asks_for_https_over_https) {
  auto servers = elb();
  servers.answer = [](const Request&, Exchange& exchange) {
    page(exchange, 426, R"({"message":"Please use HTTPS protocol"})");
  };
  EXPECT_EQ(first_cause(judge(servers)), "redirect-loop");
}

TEST(scheme_mismatch, redirect_loses_query) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 308,
             "https://frieza.dev" + request.url.path.substr(0, request.url.path.find('?')));
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"redirect-loses-query"})
      << text_of(verdict);
  EXPECT_NE(verdict.diagnoses.front().text.find("the query"), std::string::npos);
}

TEST(scheme_mismatch, redirect_that_loses_the_path) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 308, "https://frieza.dev/");
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(first_cause(verdict), "redirect-loses-query");
  EXPECT_NE(verdict.diagnoses.front().text.find("path and query"), std::string::npos);
}

TEST(scheme_mismatch, redirect_names_port) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 308, "https://frieza.dev:8443" + request.url.path);
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"redirect-names-port"})
      << text_of(verdict);
  EXPECT_EQ(verdict.traits.at("redirect.port"), "8443");
  for (const auto& traffic : servers.sent)
    if (const auto* http = std::get_if<Http>(&traffic.send)) {
      for (const auto& request : http->requests) EXPECT_NE(request.url.effective_port(), 8443);
    }
}

TEST(scheme_mismatch, the_default_port_may_be_named_and_no_port_means_the_default_one) {
  auto explicit_port = good();
  explicit_port.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 308, "https://frieza.dev:443" + request.url.path);
  };
  EXPECT_EQ(kind(judge(explicit_port)), "pass");
  auto forwarded = good();
  forwarded.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (item.port != 8443) return not_tls(reply, "HTTP/1.1 400 Bad Request\r\n\r\n");
    reply.tls = fake_certificate("frieza.dev", now);
  };
  const auto verdict =
      judge(forwarded, "{path: /app1, http-port: 8080}", "https://frieza.dev:8443");
  EXPECT_EQ(first_cause(verdict), "redirect-names-port") << text_of(verdict);
  EXPECT_EQ(text_of(verdict).find("308 to https://frieza.dev:8443"), std::string::npos)
      << "the Location is shown as it was sent";
  EXPECT_NE(text_of(verdict).find("what port 443 answers"), std::string::npos);
  forwarded.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 308, "https://frieza.dev:8443" + request.url.path);
  };
  const auto named = judge(forwarded, "{path: /app1, http-port: 8080}", "https://frieza.dev:8443");
  EXPECT_EQ(kind(named), "pass") << text_of(named);
}

TEST(scheme_mismatch, an_https_port_that_nobody_wrote_fails_nothing) {
  auto servers = good();
  servers.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (item.port == 443)
      reply.outcome = Outcome::refused;
    else
      not_tls(reply, raw_answer(400, bad_request));
  };
  servers.answer = [](const Request& request, Exchange& exchange) {
    redirect(exchange, 308, "https://frieza.dev:8443" + request.url.path);
  };
  const auto guessed = judge(servers, "{path: /app1}", "http://frieza.dev");
  EXPECT_EQ(kind(guessed), "inconclusive") << text_of(guessed);
  EXPECT_NE(text_of(guessed).find("write `https-port: 8443`"), std::string::npos);
  const auto written = judge(servers, "{path: /app1, https-port: 443}", "http://frieza.dev");
  EXPECT_EQ(first_cause(written), "redirect-names-port") << text_of(written);
}

TEST(scheme_mismatch, https_sent_to_http) {
  auto servers = elb();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (!request.url.https) return by_pod(exchange, "http");
    redirect(exchange, 302, "http://frieza.dev" + request.url.path);
  };
  const auto verdict = judge(servers, "{path: /app1, redirect: none}");
  EXPECT_EQ(kind(verdict), "fail");
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"https-sent-to-http"}) << text_of(verdict);
  EXPECT_EQ(verdict.findings.front().broke, 1U);
}

TEST(scheme_mismatch, a_redirect_to_https_of_another_host_is_one) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 301, "https://www.frieza.dev" + request.url.path);
  };
  const auto stated = judge(servers, "{path: /app1, redirect: 301}");
  EXPECT_EQ(kind(stated), "pass") << text_of(stated);
  EXPECT_NE(stated.summary.find("sent to www.frieza.dev with 301"), std::string::npos)
      << stated.summary;
  EXPECT_EQ(stated.traits.at("redirect.status"), "301");
  EXPECT_NE(text_of(stated).find("what www.frieza.dev answers"), std::string::npos);
  EXPECT_EQ(first_cause(judge(servers, "{path: /app1, redirect: none}")), "redirect-unexpected");
  EXPECT_EQ(first_cause(judge(servers, "{path: /app1, redirect: 308}")), "redirect-wrong-code");
}

TEST(scheme_mismatch, a_redirect_of_the_application_is_its_own_affair) {
  auto login = good();
  login.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect_by_application(exchange, 302, "https://frieza.dev/login");
  };
  const auto verdict = judge(login);
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
  EXPECT_NE(text_of(verdict).find("leads to another path or query"), std::string::npos);
  EXPECT_EQ(verdict.summary.find("path and query kept"), std::string::npos) << verdict.summary;
  EXPECT_EQ(first_cause(judge(login, "{path: /app1, redirect: 302}")), "redirect-loses-query")
      << "the user stated that this is the redirect to https";
  auto upgrade = good();
  upgrade.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect_by_application(exchange, 301, "https://frieza.dev" + request.url.path);
  };
  EXPECT_EQ(kind(judge(upgrade)), "pass") << "the controller's default says nothing of it";
  auto nginx_as_application = good();
  nginx_as_application.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 302, "https://frieza.dev/login");
  };
  EXPECT_EQ(kind(judge(nginx_as_application)), "pass");
}

TEST(scheme_mismatch, redirect_wrong_code) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 301, "https://frieza.dev" + request.url.path);
  };
  const auto verdict = judge(servers, "{path: /app1, redirect: 308}");
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"redirect-wrong-code"});
  EXPECT_EQ(verdict.findings.front().place.line, 1) << "the user's own word";
  EXPECT_EQ(kind(judge(servers, "{path: /app1, redirect: 301}")), "pass");
  EXPECT_EQ(first_cause(judge(servers)), "redirect-wrong-code") << "the confirmed profile says 308";
}

TEST(scheme_mismatch, a_guessed_profile_never_fails) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return by_pod(exchange, "https");
    redirect(exchange, 301, "https://frieza.dev" + request.url.path);
  };
  auto subject = at("https://frieza.dev");
  subject.controller_guessed = true;
  const auto verdict = practice::judge(checks::scheme_mismatch, "{path: /app1}", subject, servers);
  EXPECT_EQ(kind(verdict), "inconclusive");
  EXPECT_NE(text_of(verdict).find("`redirect: 301`"), std::string::npos);
  subject.controller = generic_profile();
  EXPECT_EQ(kind(practice::judge(checks::scheme_mismatch, "{path: /app1}", subject, servers)),
            "pass");
}

TEST(scheme_mismatch, redirect_missing_and_unexpected) {
  auto servers = elb();
  const auto missing = judge(servers, "{path: /app1, redirect: 308}");
  EXPECT_EQ(cause_ids(missing), std::vector<std::string>{"redirect-missing"}) << text_of(missing);
  EXPECT_EQ(missing.findings.front().broke, 2U);
  EXPECT_EQ(kind(judge(servers)), "pass") << "unless stated, none is fine";
  auto redirects = good();
  const auto unexpected = judge(redirects, "{path: /app1, redirect: none}");
  EXPECT_EQ(cause_ids(unexpected), std::vector<std::string>{"redirect-unexpected"})
      << text_of(unexpected);
}

TEST(scheme_mismatch, proxy_protocol_not_expected) {
  auto servers = elb();
  servers.answer = [](const Request&, Exchange& exchange) { page(exchange, 400, bad_request); };
  servers.talk = [](const Dialogue&, BytesReply& reply) {
    reply.bytes = raw_answer(400, bad_request);
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"proxy-protocol-not-expected"})
      << text_of(verdict);
  EXPECT_EQ(verdict.findings.size(), 2U);
  EXPECT_FALSE(verdict.diagnoses.front().separates.empty());
}

TEST(scheme_mismatch, proxy_protocol_not_expected_where_tls_is_passed_through) {
  auto servers = elb();
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    not_tls(reply, raw_answer(400, bad_request));
  };
  servers.answer = [](const Request&, Exchange& exchange) { page(exchange, 400, bad_request); };
  servers.talk = [](const Dialogue&, BytesReply& reply) {
    reply.bytes = raw_answer(400, bad_request);
  };
  EXPECT_EQ(first_cause(judge(servers)), "proxy-protocol-not-expected");
}

TEST(scheme_mismatch, an_application_that_refuses_everything_is_not_proxy_protocol) {
  const std::string json = R"({"error":"header X-Tenant is missing"})";
  auto servers = elb();
  servers.answer = [&](const Request&, Exchange& exchange) { page(exchange, 400, json); };
  servers.talk = [&](const Dialogue&, BytesReply& reply) { reply.bytes = raw_answer(400, json); };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "inconclusive") << text_of(verdict);
  EXPECT_TRUE(verdict.diagnoses.empty());
  servers.answer = [](const Request&, Exchange& exchange) { page(exchange, 400, bad_request); };
  servers.talk = [](const Dialogue& item, BytesReply& reply) {
    const bool stranger = item.write.find(".invalid") != std::string::npos;
    reply.bytes = raw_answer(stranger ? 404 : 400, bad_request);
  };
  EXPECT_TRUE(judge(servers).diagnoses.empty()) << "a host that nobody configured is understood";
}

TEST(scheme_mismatch, a_400_of_one_path_is_not_proxy_protocol) {
  auto servers = elb();
  servers.answer = [](const Request&, Exchange& exchange) { page(exchange, 400, "no such thing"); };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
}

TEST(scheme_mismatch, a_host_that_wants_client_certificates_is_not_proxy_protocol) {
  const std::string wants = "<center>No required SSL certificate was sent</center>";
  auto servers = elb();
  servers.answer = [&](const Request&, Exchange& exchange) { page(exchange, 400, wants); };
  servers.talk = [&](const Dialogue&, BytesReply& reply) { reply.bytes = raw_answer(400, wants); };
  EXPECT_TRUE(judge(servers).diagnoses.empty());
}

TEST(scheme_mismatch, proxy_protocol_not_sent) {
  auto servers = elb();
  servers.answer = [](const Request&, Exchange& exchange) { close_without_answer(exchange); };
  servers.talk = [](const Dialogue& item, BytesReply& reply) {
    const bool header = item.proxy != Dialogue::Proxy::none || item.write.starts_with("PROXY ");
    if (header) reply.bytes = raw_answer(200, "x");
    reply.closed = true;
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"proxy-protocol-not-sent"})
      << text_of(verdict);
  const auto& controls = std::get<Bytes>(servers.phase("controls")->send).items;
  ASSERT_EQ(controls.size(), 2U);
  EXPECT_EQ(controls[0].proxy, Dialogue::Proxy::v1);
  EXPECT_TRUE(controls[1].write.starts_with("PROXY UNKNOWN\r\n")) << "inside the balancer's TLS";
}

TEST(scheme_mismatch, proxy_protocol_not_sent_to_an_ingress_that_ends_tls_itself) {
  auto servers = elb();
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    reply.outcome = Outcome::tls_error;
    reply.refused_by_server = true;
    reply.detail = "closed";
  };
  servers.answer = [](const Request&, Exchange& exchange) { close_without_answer(exchange); };
  servers.talk = [](const Dialogue& item, BytesReply& reply) {
    if (item.proxy == Dialogue::Proxy::v1) reply.bytes = raw_answer(200, "x");
  };
  EXPECT_EQ(first_cause(judge(servers)), "proxy-protocol-not-sent");
}

TEST(scheme_mismatch, tls_answered_in_plain_text) {
  auto servers = good();
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    not_tls(reply, raw_answer(400, bad_request));
  };
  servers.answer = [](const Request&, Exchange& exchange) { by_pod(exchange, "http"); };
  servers.talk = [](const Dialogue&, BytesReply& reply) { reply.bytes = raw_answer(200, "x"); };
  const auto verdict = judge(servers);
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"tls-answered-in-plain-text"})
      << text_of(verdict);
  EXPECT_NE(verdict.findings.front().actual.find("HTTP/1.1 400"), std::string::npos);
}

TEST(scheme_mismatch, tls_to_plain_port) {
  auto closed = elb();
  closed.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return close_without_answer(exchange);
    by_pod(exchange, "http");
  };
  closed.talk = [](const Dialogue&, BytesReply& reply) { reply.closed = true; };
  const auto verdict = judge(closed);
  EXPECT_EQ(cause_ids(verdict), std::vector<std::string>{"tls-to-plain-port"}) << text_of(verdict);
  auto unavailable = elb();
  unavailable.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return page(exchange, 503);
    by_pod(exchange, "http");
  };
  EXPECT_EQ(first_cause(judge(unavailable)), "tls-to-plain-port");
}

TEST(scheme_mismatch, a_503_over_https_and_a_mere_404_over_http_decide_nothing) {
  auto servers = elb();
  int plain = 404;
  std::string body;
  servers.answer = [&](const Request& request, Exchange& exchange) {
    page(exchange, request.url.https ? 503 : plain, request.url.https ? body : "x");
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "inconclusive") << text_of(verdict);
  EXPECT_TRUE(verdict.diagnoses.empty());
  plain = 200;
  EXPECT_EQ(first_cause(judge(servers)), "tls-to-plain-port");
  body =
      "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>";
  const auto own = judge(servers);
  EXPECT_EQ(kind(own), "inconclusive") << "the page of a service without endpoints";
  EXPECT_TRUE(own.diagnoses.empty());
}

TEST(scheme_mismatch, a_500_of_an_application_that_names_its_service_came_through) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    if (!request.url.https) return redirect(exchange, 308, uri(request));
    page(exchange, 500);
    exchange.who.service = "app1";
  };
  EXPECT_EQ(kind(judge(servers)), "pass");
}

TEST(scheme_mismatch, a_503_of_the_service_decides_nothing) {
  auto both = elb();
  both.answer = [](const Request&, Exchange& exchange) { page(exchange, 503); };
  const auto verdict = judge(both);
  EXPECT_EQ(kind(verdict), "inconclusive") << text_of(verdict);
  EXPECT_TRUE(verdict.diagnoses.empty());
  auto redirected = good();
  redirected.answer = [](const Request& request, Exchange& exchange) {
    if (request.url.https) return page(exchange, 503);
    redirect(exchange, 308, uri(request));
  };
  EXPECT_EQ(kind(judge(redirected)), "inconclusive");
}

TEST(scheme_mismatch, a_certificate_that_does_not_verify_is_no_dead_end) {
  auto servers = elb();
  servers.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (item.port != 443) return not_tls(reply, raw_answer(400, bad_request));
    reply.tls = fake_certificate("frieza.dev", now);
    reply.tls->verified = reply.tls->chain_verified = false;
    reply.tls->verify_error = "self-signed certificate";
  };
  servers.answer = [](const Request& request, Exchange& exchange) {
    EXPECT_FALSE(request.url.https) << "nothing of the target's goes to an unknown server";
    redirect(exchange, 308, uri(request));
  };
  servers.talk = [](const Dialogue& item, BytesReply& reply) {
    reply.bytes = raw_answer(400, nginx_497);
    EXPECT_EQ(item.write.find("Authorization"), std::string::npos);
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(first_cause(verdict), "plain-http-to-tls-port") << text_of(verdict);
  EXPECT_NE(text_of(verdict).find("self-signed certificate"), std::string::npos);
}

TEST(scheme_mismatch, redirects_to_other_hosts_are_not_followed) {
  auto servers = good();
  servers.answer = [](const Request& request, Exchange& exchange) {
    EXPECT_EQ(request.url.host, "frieza.dev");
    redirect(exchange, 302, "https://login.example/?back");
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "pass") << text_of(verdict);
  EXPECT_NE(text_of(verdict).find("what login.example answers"), std::string::npos);
}

TEST(scheme_mismatch, servers_that_cannot_be_reached) {
  for (const auto& [outcome, words] :
       {std::pair{Outcome::refused, "127.0.0.1:443 refused the connection"},
        {Outcome::unresolved, "the name frieza.dev has no address"},
        {Outcome::connect_timeout, "did not accept a connection in time"}}) {
    HandMade servers;
    servers.shake = [outcome = outcome](const Handshake&, std::uint32_t, HandshakeReply& reply) {
      reply.outcome = outcome;
    };
    const auto verdict = judge(servers);
    EXPECT_EQ(kind(verdict), "inconclusive");
    EXPECT_NE(verdict.summary.find(words), std::string::npos) << verdict.summary;
    EXPECT_EQ(servers.sent.size(), 1U) << "nothing more is sent";
  }
}

TEST(scheme_mismatch, a_server_that_never_answers) {
  HandMade servers;
  servers.shake = [](const Handshake&, std::uint32_t, HandshakeReply& reply) {
    reply.outcome = Outcome::timeout;
    reply.detail = "connected, but no answer to the ClientHello";
  };
  servers.talk = [](const Dialogue&, BytesReply& reply) { reply.outcome = Outcome::timeout; };
  servers.answer = [](const Request&, Exchange& exchange) { exchange.outcome = Outcome::timeout; };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "inconclusive") << text_of(verdict);
  EXPECT_NE(verdict.summary.find("no answer to the ClientHello"), std::string::npos);
}

TEST(scheme_mismatch, https_alone_leaves_http_not_shown) {
  auto servers = good();
  servers.shake = [](const Handshake& item, std::uint32_t, HandshakeReply& reply) {
    if (item.port == 443)
      reply.tls = fake_certificate("frieza.dev", now);
    else
      reply.outcome = Outcome::refused;
  };
  const auto verdict = judge(servers);
  EXPECT_EQ(kind(verdict), "pass");
  EXPECT_NE(text_of(verdict).find("what plain http is answered: 127.0.0.1:80 refused"),
            std::string::npos)
      << text_of(verdict);
  EXPECT_EQ(kind(judge(servers, "{path: /app1, redirect: 308}")), "inconclusive");
}

TEST(scheme_mismatch, one_address_for_every_port_is_not_asked_twice) {
  auto subject = at("http://frieza.dev");
  subject.target.address = {{0, "127.0.0.1", 8080}};
  HandMade servers = elb();
  const auto verdict = practice::judge(checks::scheme_mismatch, "{path: /app1}", subject, servers);
  EXPECT_EQ(kind(verdict), "not supported") << text_of(verdict);
  EXPECT_NE(verdict.summary.find("80=HOST:PORT,443=HOST:PORT"), std::string::npos);
}

TEST(scheme_mismatch, mistakes_in_parameters) {
  using practice::mistakes;
  EXPECT_EQ(mistakes(checks::scheme_mismatch, "{redirect: 304}").size(), 1U);
  EXPECT_EQ(mistakes(checks::scheme_mismatch, "{https-port: 70000}").size(), 1U);
  EXPECT_EQ(mistakes(checks::scheme_mismatch, "{url: \"http://a.dev/\", path: /b}").size(), 1U);
  EXPECT_TRUE(mistakes(checks::scheme_mismatch, "{redirect: none, http-port: 8080}").empty());
}

TEST(pages, answers_are_read_from_bytes) {
  const auto answer = parse_answer(raw_answer(301, "moved", "Location:  /b \r\n"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 301);
  EXPECT_EQ(answer->headers.find("location"), "/b");
  EXPECT_EQ(answer->body, "moved");
  EXPECT_FALSE(parse_answer(""));
  EXPECT_FALSE(parse_answer("HTTP/1.1"));
  EXPECT_FALSE(parse_answer("HTTP/1.1 abc"));
  EXPECT_FALSE(parse_answer("\x15\x03\x03"));
  EXPECT_EQ(parse_answer("HTTP/1.1 200")->status, 200);
}

TEST(pages, what_servers_say_to_what_they_cannot_read) {
  EXPECT_TRUE(malformed_request_page(400, ""));
  EXPECT_TRUE(malformed_request_page(400, "0\r\n\r\n"));
  EXPECT_TRUE(malformed_request_page(400, "<center><h1>400 Bad Request</h1></center>"));
  EXPECT_TRUE(malformed_request_page(400, "<html><body><h1>400 Bad request</h1>\nYour browser"));
  EXPECT_TRUE(malformed_request_page(400, "400 Bad Request"));
  EXPECT_FALSE(malformed_request_page(400, R"({"error":"Bad Request"})"));
  EXPECT_FALSE(malformed_request_page(400, "no such thing"));
  EXPECT_FALSE(malformed_request_page(404, ""));
}

TEST(pages, default_certificates_by_controller) {
  Certificate certificate;
  certificate.subject = "CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co";
  certificate.key = "RSA 2048";
  EXPECT_EQ(default_certificate_of(Profile{}, certificate), "ingress-nginx");
  certificate.key = "EC prime256v1";
  EXPECT_EQ(default_certificate_of(Profile{}, certificate), "HAProxy Ingress");
  certificate.subject = "CN=TRAEFIK DEFAULT CERT";
  EXPECT_EQ(default_certificate_of(Profile{}, certificate), "Traefik");
  certificate.subject = "CN=localhost,OU=IT Department,O=Kong,C=US";
  EXPECT_EQ(default_certificate_of(Profile{}, certificate), "Kong");
  certificate.subject = "CN=localhost";
  EXPECT_FALSE(default_certificate_of(Profile{}, certificate));
  Profile own;
  own.name = "mine";
  own.default_certificates = {"CN=local"};
  EXPECT_EQ(default_certificate_of(own, certificate), "mine");
}

}  // namespace
}  // namespace ingress_check
