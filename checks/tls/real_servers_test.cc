// Both TLS checks over the real probe against labs of real servers: every cell of the balancer's
// matrix, and good worlds. The planted defects have a test of their own.
#include <gtest/gtest.h>

#include "checks/tls/hand_made_test.h"
#include "fixtures/balancer_matrix.h"
#include "fixtures/lab.h"
#include "harness/answered_by.h"
#include "harness/probe.h"

namespace ingress_check {

namespace checks {
extern const Check scheme_mismatch;
extern const Check tls_termination;
}  // namespace checks

namespace {

using practice::first_cause;
using practice::text_of;

/// One lab, and checks that are sent to it.
class RealServers : public testing::Test {
 protected:
  void start(const std::string& name, void (*change)(World&) = nullptr) {
    const Lab* lab = find_lab(name);
    ASSERT_NE(lab, nullptr);
    World world = lab->world();
    if (change) change(world);
    start(*lab, world);
  }

  void start(const Lab& lab, const World& world) {
    lab_.reset();
    auto started = start_lab(lab, world);
    ASSERT_TRUE(started) << started.error().what << "\n" << started.error().hint;
    lab_ = std::move(*started);
  }

  Subject subject(const std::string& url) const {
    Subject subject;
    subject.target.url = practice::url(url);
    subject.target.address =
        parse_address("80=" + lab_->http_address() + ",443=" + lab_->https_address()).value();
    subject.target.ca = lab_->ca_file();
    subject.target.answered_by.any = *identity_preset("echo");
    subject.controller = *find_profile("ingress-nginx@1.x");
    subject.now = std::chrono::system_clock::now();
    return subject;
  }

  Verdict judge(const Check& check, const std::string& yaml, const std::string& url) const {
    return judge(check, yaml, subject(url));
  }
  Verdict judge(const Check& check, const std::string& yaml, const Subject& subject) const {
    const auto probe = make_probe({.user_agent = "ingress-check/test"});
    Watch watch;
    auto done = examine(check, practice::params(check, yaml), subject, *probe, watch);
    if (!done) {
      ADD_FAILURE() << done.error().what;
      return {};
    }
    return std::move(done->verdict);
  }

  std::string variable(const std::string& name) const {
    for (const auto& [key, value] : lab_->variables())
      if (key == name) return value;
    ADD_FAILURE() << "no variable " << name;
    return {};
  }

  std::unique_ptr<RunningLab> lab_;
};

/// What scheme-mismatch must say of a cell; empty: nothing is wrong.
std::string cause_of(const BalancerCell& cell) {
  switch (cell.https) {
    case ClientSees::loop:
      return "redirect-loop";
    case ClientSees::tls_port_400:
      return "plain-http-to-tls-port";
    case ClientSees::closed:
      return "tls-to-plain-port";
    case ClientSees::unavailable:
      // A redirect over http leaves open whether the 503 is the service's own.
      return cell.http == ClientSees::redirected_to_unavailable ? "" : "tls-to-plain-port";
    default:
      return "";
  }
}

TEST_F(RealServers, scheme_mismatch_knows_every_cell_of_the_balancers_matrix) {
  const Lab* lab = find_lab("elb-nginx");
  for (const auto& cell : balancer_matrix()) {
    start(*lab, with_cell(lab->world(), cell));
    const auto verdict = judge(checks::scheme_mismatch, "{path: /app1}", "https://frieza.dev");
    const auto about =
        fmt::format("protocol {}, port {}, redirect {}, forwarded {}: {}\n{}",
                    static_cast<int>(cell.backend_protocol), cell.target_port, cell.ssl_redirect,
                    cell.use_forwarded_headers, to_string(cell.https), text_of(verdict));
    EXPECT_EQ(first_cause(verdict), cause_of(cell)) << about;
    const bool undecided = cell.https == ClientSees::unavailable && cause_of(cell).empty();
    EXPECT_EQ(to_string(verdict.kind), !cause_of(cell).empty() ? "fail"
                                       : undecided             ? "inconclusive"
                                                               : "pass")
        << about;
  }
}

TEST_F(RealServers, tls_termination_tells_where_tls_ends) {
  start("elb-nginx");
  const auto yaml = fmt::format("{{forwarded-proto: any, direct: \"{}\", certificate-sha256: {}}}",
                                variable("LAB_DIRECT_HTTPS"), variable("LAB_SHA256_ELB"));
  const auto before = judge(checks::tls_termination, yaml, "https://frieza.dev");
  EXPECT_EQ(to_string(before.kind), "pass") << text_of(before);
  EXPECT_EQ(before.traits.at("tls.ends-at"), "before the ingress") << text_of(before);
  start("nginx");
  const auto at = judge(checks::tls_termination,
                        fmt::format("{{direct: \"{}\", hsts: true, alpn: [h2, http/1.1]}}",
                                    variable("LAB_DIRECT_HTTPS")),
                        "https://secure.frieza.dev");
  EXPECT_EQ(to_string(at.kind), "pass") << text_of(at);
  EXPECT_EQ(at.traits.at("tls.ends-at"), "the ingress") << text_of(at);
}

TEST_F(RealServers, insecure_judges_dates_and_names_but_not_trust) {
  start("nginx", [](World& world) {
    world.certificate("secure").issuer = CertificateSpec::Issuer::unknown;
    world.certificate("other").issuer = CertificateSpec::Issuer::self;
    world.certificate("other").from_days = -9;
    world.certificate("other").to_days = -2;
  });
  auto to = subject("https://secure.frieza.dev");
  EXPECT_EQ(first_cause(judge(checks::tls_termination, "{}", to)), "unknown-ca");
  to.target.insecure = true;
  const auto trusted = judge(checks::tls_termination, "{}", to);
  EXPECT_EQ(to_string(trusted.kind), "pass") << text_of(trusted);
  to.target.url.host = "other.frieza.dev";
  const auto expired = judge(checks::tls_termination, "{}", to);
  EXPECT_EQ(practice::cause_ids(expired), std::vector<std::string>{"certificate-expired"})
      << text_of(expired);
}

}  // namespace
}  // namespace ingress_check
