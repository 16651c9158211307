// What a handshake may carry besides version and cipher: names, ALPN, client certificates, sessions
// to resume, OCSP answers.
#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include "harness/tls_test.h"

namespace ingress_check {
namespace {

using testing::chain_of;
using testing::ChainPtr;
using testing::holding;
using testing::RawConnection;
using testing::RawServer;
using testing::route_to;

using HandshakeOptions = testing::HandshakeTest;

int refuse_names(SSL* ssl, int* alert, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name && std::string(name) == "shop.dev") return SSL_TLSEXT_ERR_OK;
  *alert = SSL_AD_UNRECOGNIZED_NAME;
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

TEST_F(HandshakeOptions, NameRightUnknownAndNone) {
  RawServer server(holding(), &server_);
  SSL_CTX_set_tlsext_servername_callback(server.context(), refuse_names);
  Handshake item = of("shop.dev");
  EXPECT_EQ(shake(item, server.port()).outcome, Outcome::ok);
  item.sni = "unknown.dev";
  HandshakeReply got = shake(item, server.port());
  EXPECT_EQ(got.alert, SSL_AD_UNRECOGNIZED_NAME);
  EXPECT_TRUE(got.refused_by_server);
  item.sni.reset();
  got = shake(item, server.port());
  EXPECT_EQ(got.alert, SSL_AD_UNRECOGNIZED_NAME) << got.detail;
}

TEST_F(HandshakeOptions, WithoutServerNameTheHostIsStillVerified) {
  RawServer server(holding(), &server_);
  Handshake item = of("shop.dev");
  item.sni.reset();
  HandshakeReply got = shake(item, server.port());
  EXPECT_EQ(got.tls->sni, "");
  EXPECT_TRUE(got.tls->verified) << got.tls->verify_error;
  item.host = "127.0.0.1";
  EXPECT_TRUE(shake(item, server.port()).tls->verified);
  item.host = "127.0.0.2";
  EXPECT_EQ(shake(item, server.port()).tls->verify_code, X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_F(HandshakeOptions, TheTargetsServerNameIsWhatIsVerified) {
  RawServer server(holding(), &server_);
  Handshake item = of("balancer.dev");
  item.sni = "shop.dev";
  EXPECT_FALSE(shake(item, server.port()).tls->verified) << "asked for its own sake";
  target_.sni = "shop.dev";
  EXPECT_TRUE(shake(item, server.port()).tls->verified);
  target_.sni = item.sni = "";
  item.host = "shop.dev";
  EXPECT_TRUE(shake(item, server.port()).tls->verified) << "no name is sent, the host's verified";
}

int choose_h2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
              unsigned int in_size, void*) {
  unsigned char* chosen = nullptr;
  const auto* h2 = reinterpret_cast<const unsigned char*>("\x02h2");
  if (SSL_select_next_proto(&chosen, size, h2, 3, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

TEST_F(HandshakeOptions, ProtocolsOffered) {
  RawServer server(holding(), &server_);
  Handshake item = of("shop.dev");
  item.alpn = {"h2", "http/1.1"};
  EXPECT_EQ(shake(item, server.port()).tls->alpn, "");  // the server does not know the extension
  RawServer knowing(holding(), &server_);
  SSL_CTX_set_alpn_select_cb(knowing.context(), choose_h2, nullptr);
  EXPECT_EQ(shake(item, knowing.port()).tls->alpn, "h2");
  item.alpn = {"http/1.1"};
  const HandshakeReply got = shake(item, knowing.port());
  EXPECT_EQ(got.alert, SSL_AD_NO_APPLICATION_PROTOCOL);
  EXPECT_TRUE(got.refused_by_server);
  item.alpn.clear();
  EXPECT_EQ(shake(item, knowing.port()).tls->alpn, "");
}

TEST_F(HandshakeOptions, AServerThatAsksForAnotherKeyShare) {
  RawServer server(holding(), &server_);
  SSL_CTX_set1_groups_list(server.context(), "P-384");  // answers with HelloRetryRequest
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_TRUE(got.tls->verified);
}

TEST_F(HandshakeOptions, IntermediatesAreReadInOrder) {
  RawServer server(holding(), &server_);
  const ChainPtr extra =
      chain_of(authorities_.issue({.name = "x", .common_name = "x"}).certificate);
  SSL_CTX_add1_chain_cert(server.context(), sk_X509_value(extra.get(), 0));
  const HandshakeReply got = shake(of("shop.dev"), server.port());
  ASSERT_EQ(got.tls->chain.size(), 2u);
  EXPECT_EQ(got.tls->chain[0].subject_cn, "shop.dev");
  EXPECT_EQ(got.tls->chain[1].subject_cn, "x");
}

class ClientCertificates : public HandshakeOptions {
 protected:
  ClientCertificates() {
    const Credentials client =
        authorities_.issue({.name = "client", .common_name = "client"}, CertificateUse::client);
    target_.certificate = authorities_.write("mine.pem", client.certificate);
    target_.key = authorities_.write("mine.key", client.key);
  }
  void require(SSL_CTX* context) const {
    SSL_CTX_load_verify_locations(context, authorities_.ca().c_str(), nullptr);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  static Handshake with(ClientCertificate certificate, TlsVersion version) {
    Handshake item = of("shop.dev");
    item.certificate = certificate;
    item.least = item.most = version;
    return item;
  }
};

TEST_F(ClientCertificates, RightWrongAndNone) {
  RawServer server(holding(), &server_);
  require(server.context());
  for (const TlsVersion version : {TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    SCOPED_TRACE(to_string(version));
    HandshakeReply got = shake(with(ClientCertificate::as_target, version), server.port());
    EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
    EXPECT_TRUE(got.tls->client_certificate_asked);
    got = shake(with(ClientCertificate::none, version), server.port());
    EXPECT_EQ(got.outcome, Outcome::tls_error);
    EXPECT_TRUE(got.refused_by_server) << got.detail;
    EXPECT_EQ(got.alert, version == TlsVersion::tls1_3 ? 116 : SSL_AD_HANDSHAKE_FAILURE);
    ASSERT_TRUE(got.tls.has_value());
    EXPECT_TRUE(got.tls->client_certificate_asked);
    EXPECT_TRUE(got.tls->verified);
    got = shake(with(ClientCertificate::untrusted, version), server.port());
    EXPECT_TRUE(got.refused_by_server) << got.detail;
    EXPECT_TRUE(got.alert == SSL_AD_UNKNOWN_CA || got.alert == SSL_AD_BAD_CERTIFICATE)
        << got.detail;
  }
}

TEST_F(ClientCertificates, AskedButNotRequired) {
  RawServer server(holding(), &server_);
  SSL_CTX_set_verify(server.context(), SSL_VERIFY_PEER, nullptr);
  const HandshakeReply got =
      shake(with(ClientCertificate::none, TlsVersion::tls1_3), server.port());
  EXPECT_EQ(got.outcome, Outcome::ok) << got.detail;
  EXPECT_TRUE(got.tls->client_certificate_asked);
}

TEST_F(HandshakeOptions, SessionsAreResumedWhereTheServerAllowsIt) {
  RawServer server(holding(), &server_);
  RawServer forgetful(holding(), &server_);
  SSL_CTX_set_options(forgetful.context(), SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(forgetful.context(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(forgetful.context(), 0);
  Handshake item = of("shop.dev");
  item.resume = true;
  for (const TlsVersion version : {TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    SCOPED_TRACE(to_string(version));
    item.least = item.most = version;
    HandshakeReply got = shake(item, server.port());
    ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
    EXPECT_TRUE(got.tls->resumed);
    EXPECT_EQ(sent_, 2u);
    ASSERT_EQ(got.tls->chain.size(), 1u);
    EXPECT_TRUE(got.tls->verified) << got.tls->verify_error;
    got = shake(item, forgetful.port());
    ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
    EXPECT_FALSE(got.tls->resumed);
  }
}

TEST_F(HandshakeOptions, ASecondRoundDoesNotResume) {
  RawServer server(holding(), &server_);
  Handshake item = of("shop.dev");
  item.times = 2;
  Evidence evidence;
  Watch watch;
  ASSERT_TRUE(run_handshakes(target_, {{item}}, route_to(server.port()), watch, evidence));
  EXPECT_FALSE(evidence.handshakes[1].tls->resumed);
}

/// A stapled answer of this status about the certificate, in DER.
std::string ocsp_answer(const Credentials& about, int status) {
  const ChainPtr chain = chain_of(about.certificate);
  X509* leaf = sk_X509_value(chain.get(), 0);
  BIO* bio = BIO_new_mem_buf(about.key.data(), static_cast<int>(about.key.size()));
  const KeyPtr key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  OCSP_BASICRESP* basic = OCSP_BASICRESP_new();
  OCSP_CERTID* id = OCSP_cert_to_id(nullptr, leaf, leaf);
  ASN1_TIME* now = X509_gmtime_adj(nullptr, 0);
  OCSP_basic_add1_status(basic, id, status, 0, now, now, nullptr);
  OCSP_basic_sign(basic, leaf, key.get(), EVP_sha256(), nullptr, 0);
  OCSP_RESPONSE* response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_RESPONSE(response, &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  OCSP_RESPONSE_free(response);
  ASN1_TIME_free(now);
  OCSP_CERTID_free(id);
  OCSP_BASICRESP_free(basic);
  return out;
}

int staple(SSL* ssl, void* answer) {
  const auto& text = *static_cast<std::string*>(answer);
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(text.data(), text.size()));
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(text.size()));
  return SSL_TLSEXT_ERR_OK;
}

TEST_F(HandshakeOptions, StapledAnswers) {
  std::string answer;
  RawServer server(holding(), &server_);
  SSL_CTX_set_tlsext_status_cb(server.context(), staple);
  SSL_CTX_set_tlsext_status_arg(server.context(), &answer);
  const Credentials other =
      authorities_.issue({.name = "other", .common_name = "other", .dns_names = {"other.dev"}});
  const std::pair<std::string, std::string> cases[] = {
      {ocsp_answer(server_, V_OCSP_CERTSTATUS_GOOD), "good"},
      {ocsp_answer(server_, V_OCSP_CERTSTATUS_REVOKED), "revoked"},
      {ocsp_answer(server_, V_OCSP_CERTSTATUS_UNKNOWN), "unknown"},
      {ocsp_answer(other, V_OCSP_CERTSTATUS_GOOD), "malformed"},
      {"junk", "malformed"}};
  for (const TlsVersion version : {TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    for (const auto& [bytes, word] : cases) {
      answer = bytes;
      Handshake item = of("shop.dev");
      item.least = item.most = version;
      const HandshakeReply got = shake(item, server.port());
      ASSERT_EQ(got.outcome, Outcome::ok) << got.detail;
      EXPECT_EQ(got.tls->ocsp, word);
    }
  }
}

}  // namespace
}  // namespace ingress_check
