// For tests of TLS: certificates made on the spot, and handshakes with a server of the test's own.
#pragma once

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "fixtures/pki.h"
#include "harness/handshake.h"
#include "harness/raw_server_test.h"

namespace ingress_check::testing {

/// A folder of its own with the authorities of one test.
class Authorities {
 public:
  Authorities() {
    char pattern[] = "/tmp/tls-test-XXXXXX";
    folder_ = mkdtemp(pattern);
    pki_ = std::make_unique<Pki>(*Pki::create(folder_));
  }
  ~Authorities() { std::filesystem::remove_all(folder_); }

  Credentials issue(const CertificateSpec& spec, CertificateUse use = CertificateUse::server) {
    const CertificateFiles files = *pki_->issue(spec, use);
    return *load_credentials(files.certificate, files.key);
  }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ + "/" + name) << content;
    return folder_ + "/" + name;
  }
  const std::string& ca() const { return pki_->ca_file(); }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  std::unique_ptr<Pki> pki_;
};

struct FreeChain {
  void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
using ChainPtr = std::unique_ptr<STACK_OF(X509), FreeChain>;

inline ChainPtr chain_of(const std::string& pem) {
  ChainPtr chain(sk_X509_new_null());
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  while (X509* next = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr))
    sk_X509_push(chain.get(), next);
  BIO_free(bio);
  ERR_clear_error();
  return chain;
}

/// Every name is at this loopback port.
inline Route route_to(std::uint16_t port, const std::string& ip = "127.0.0.1") {
  Route route;
  route.find = [port, ip](const std::string&, std::uint16_t, const std::optional<std::string>&) {
    Candidates found;
    found.endpoints.push_back(*Endpoint::of(ip, port));
    return found;
  };
  return route;
}

/// Holds the connection open until the client leaves.
inline RawServer::Script holding() {
  return [](RawConnection& connection) { connection.wait_for_close(); };
}

/// Speaks every version and cipher that OpenSSL has, as old servers do.
inline void allow_everything(SSL_CTX* context) {
  SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, 0);
}

/// Handshakes for shop.dev with a server of the test's own at a loopback port.
class HandshakeTest : public ::testing::Test {
 protected:
  HandshakeTest() { target_.ca = authorities_.ca(); }

  static Handshake of(const std::string& host) {
    Handshake item;
    item.name = "try";
    item.host = host;
    item.sni = host;
    return item;
  }
  static Handshake only(TlsVersion version) {
    Handshake item = of("shop.dev");
    item.least = item.most = version;
    return item;
  }
  Evidence run(const Handshake& item, std::uint16_t port) {
    Evidence evidence;
    Watch watch;
    const auto done = run_handshakes(target_, {{item}}, route_to(port), watch, evidence);
    EXPECT_TRUE(done.has_value());
    sent_ = evidence.sent;
    return evidence;
  }
  HandshakeReply shake(const Handshake& item, std::uint16_t port) {
    const Evidence evidence = run(item, port);
    EXPECT_EQ(evidence.handshakes.size(), 1u);
    return evidence.handshakes.empty() ? HandshakeReply() : evidence.handshakes.back();
  }

  Authorities authorities_;
  Target target_;
  Credentials server_ = authorities_.issue({"s", "shop.dev", "", {"shop.dev", "127.0.0.1"}});
  std::uint64_t sent_ = 0;  ///< of the last run
};

}  // namespace ingress_check::testing
