// Requests of one load that show different client certificates, each over connections of its own.
#include "harness/engine_test.h"
#include "harness/nginx_test.h"

namespace ingress_check {
namespace {

using namespace testing;

TEST(EngineCertificate, EachRequestShowsItsOwn) {
  const Nginx nginx;
  Target target = target_at(nginx.tls(), true);
  target.address[0].host = nginx.ip;
  target.ca = nginx.ca();
  target.certificate = nginx.client.certificate;
  target.key = nginx.client.key;
  Load load = closed(target, 60, 6);
  load.requests.clear();
  for (const auto& [certificate, said] : {std::pair{ClientCertificate::as_target, "SUCCESS"},
                                          std::pair{ClientCertificate::none, "NONE"},
                                          std::pair{ClientCertificate::untrusted, "FAILED"}}) {
    LoadRequest& one = load.requests.emplace_back();
    one.request = get(target);
    one.request.certificate = certificate;
    one.matches = {{Match::Part::body, {}, {}, {true, std::string("client=") + said}}};
  }
  const auto probe = make_probe({});
  Watch watch;
  const auto evidence = probe->send(target, {"test", load}, watch);
  ASSERT_TRUE(evidence) << evidence.error().what;
  const LoadReply& reply = *evidence->load;
  EXPECT_EQ(reply.counts.answered(), 60U) << fates(reply.counts);
  for (const RequestReply& one : reply.requests) {
    EXPECT_GT(one.counts.answered(), 0U);
    EXPECT_EQ(one.broke, std::vector<std::uint64_t>{0});
  }
  EXPECT_EQ(reply.tls.total(), 6U) << "two connections for each certificate";
  expect_sums(reply);
}

}  // namespace
}  // namespace ingress_check
