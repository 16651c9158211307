// What is read out of certificates, and what does not verify, on certificates of every wrong kind.
#include "harness/certificate.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>

#include "harness/tls_test.h"

namespace ingress_check {
namespace {

using testing::Authorities;
using testing::chain_of;
using testing::ChainPtr;

class Certificates : public ::testing::Test {
 protected:
  Verification verified(const CertificateSpec& spec, const std::string& name) {
    const Credentials made = authorities_.issue(spec);
    const ChainPtr chain = chain_of(made.certificate);
    return verify(*Trust::load(authorities_.ca()), chain.get(), name);
  }
  bool covered(const std::vector<std::string>& names, const std::string& name) {
    const ChainPtr chain = chain_of(
        authorities_.issue({.name = "c", .common_name = "cn.dev", .dns_names = names}).certificate);
    return covers(sk_X509_value(chain.get(), 0), name);
  }
  Authorities authorities_;
};

TEST_F(Certificates, AreReadInFull) {
  const Credentials made = authorities_.issue({.name = "shop",
                                               .common_name = "shop.dev",
                                               .organization = "Acme",
                                               .dns_names = {"shop.dev", "*.shop.dev", "10.0.0.1"},
                                               .from_days = -2,
                                               .to_days = 30,
                                               .rsa = true});
  const ChainPtr chain = chain_of(made.certificate);
  const Certificate read = read_certificate(sk_X509_value(chain.get(), 0));
  EXPECT_EQ(read.subject_cn, "shop.dev");
  EXPECT_NE(read.subject.find("CN=shop.dev"), std::string::npos) << read.subject;
  EXPECT_NE(read.subject.find("O=Acme"), std::string::npos) << read.subject;
  EXPECT_FALSE(read.issuer_cn.empty());
  EXPECT_EQ(read.dns_names, (std::vector<std::string>{"shop.dev", "*.shop.dev"}));
  EXPECT_EQ(read.ip_names, std::vector<std::string>{"10.0.0.1"});
  EXPECT_EQ(read.key, "RSA 2048");
  EXPECT_EQ(read.version, 3);
  EXPECT_FALSE(read.self_signed);
  EXPECT_EQ(read.sha256.size(), 64u);
  EXPECT_EQ(read.sha256.find_first_not_of("0123456789ABCDEF"), std::string::npos);
  EXPECT_FALSE(read.serial.empty());
  EXPECT_EQ(read.pem.rfind("-----BEGIN CERTIFICATE-----", 0), 0u);
  const auto days =
      std::chrono::duration_cast<std::chrono::hours>(read.not_after - read.not_before).count() / 24;
  EXPECT_EQ(days, 32);
  EXPECT_LT(read.not_before, std::chrono::system_clock::now());
}

TEST_F(Certificates, OfVersionOneAndSelfSigned) {
  const Credentials old = authorities_.issue(
      {.name = "old", .common_name = "old.dev", .dns_names = {"old.dev"}, .version1 = true});
  const Certificate first = read_certificate(sk_X509_value(chain_of(old.certificate).get(), 0));
  EXPECT_EQ(first.version, 1);
  EXPECT_TRUE(first.dns_names.empty());
  EXPECT_EQ(first.key, "EC prime256v1");
  const Credentials own = *make_untrusted_credentials();
  const Certificate second = read_certificate(sk_X509_value(chain_of(own.certificate).get(), 0));
  EXPECT_TRUE(second.self_signed);
  EXPECT_EQ(second.subject, second.issuer);
}

TEST_F(Certificates, ControlCharactersOfASubjectDoNotReachTheTerminal) {
  const ChainPtr chain = chain_of(
      authorities_.issue({.name = "bad", .common_name = "a\x1b[31mb\n", .dns_names = {"a.dev"}})
          .certificate);
  const Certificate read = read_certificate(sk_X509_value(chain.get(), 0));
  EXPECT_EQ(read.subject_cn, "a?[31mb?");
  EXPECT_EQ(read.subject.find('\x1b'), std::string::npos);
}

TEST_F(Certificates, NamesAreCoveredLabelByLabel) {
  EXPECT_TRUE(covered({"shop.dev"}, "shop.dev"));
  EXPECT_TRUE(covered({"Shop.DEV"}, "sHOP.dev"));
  EXPECT_TRUE(covered({"shop.dev"}, "shop.dev."));
  EXPECT_FALSE(covered({"shop.dev"}, "a.shop.dev"));
  EXPECT_TRUE(covered({"*.shop.dev"}, "x.shop.dev"));
  EXPECT_FALSE(covered({"*.shop.dev"}, "x.y.shop.dev"));
  EXPECT_FALSE(covered({"*.shop.dev"}, "shop.dev"));
  EXPECT_FALSE(covered({"x*.shop.dev"}, "xy.shop.dev"));
  EXPECT_FALSE(covered({"shop.dev"}, ""));
}

TEST_F(Certificates, TheCommonNameNeverCounts) {
  EXPECT_FALSE(covered({}, "cn.dev"));
  EXPECT_FALSE(covered({"other.dev"}, "cn.dev"));
}

TEST_F(Certificates, AddressesOnlyMatchAddressNames) {
  EXPECT_TRUE(covered({"127.0.0.1"}, "127.0.0.1"));
  EXPECT_FALSE(covered({"127.0.0.1"}, "127.0.0.2"));
  EXPECT_TRUE(covered({"::1"}, "[::1]"));
  EXPECT_FALSE(covered({"*.0.0.1"}, "127.0.0.1"));
}

TEST_F(Certificates, GoodOneVerifies) {
  const Verification good = verified({"c", "a", "", {"a.dev"}}, "a.dev");
  EXPECT_TRUE(good.verified());
  EXPECT_TRUE(good.codes.empty());
  EXPECT_EQ(good.error, "");
}

TEST_F(Certificates, ChainAndNameAreToldApart) {
  Verification got = verified({"c", "b.dev", "", {"a.dev"}}, "b.dev");
  EXPECT_TRUE(got.chain_verified);
  EXPECT_FALSE(got.name_matches);
  EXPECT_EQ(got.codes, std::vector<int>{X509_V_ERR_HOSTNAME_MISMATCH});
  got = verified({.name = "c",
                  .common_name = "c",
                  .dns_names = {"a.dev"},
                  .issuer = CertificateSpec::Issuer::unknown},
                 "a.dev");
  EXPECT_FALSE(got.chain_verified);
  EXPECT_TRUE(got.name_matches);
  EXPECT_EQ(got.codes.front(), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) << got.error;
}

TEST_F(Certificates, EachFaultHasItsOwnCode) {
  using Issuer = CertificateSpec::Issuer;
  EXPECT_EQ(verified({"c", "a", "", {"a.dev"}, -30, -1}, "a.dev").codes,
            std::vector<int>{X509_V_ERR_CERT_HAS_EXPIRED});
  EXPECT_EQ(verified({"c", "a", "", {"a.dev"}, 1, 30}, "a.dev").codes,
            std::vector<int>{X509_V_ERR_CERT_NOT_YET_VALID});
  EXPECT_EQ(verified({"c", "a", "", {"a.dev"}, -1, 30, Issuer::self}, "a.dev").codes,
            std::vector<int>{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT});
  const Verification no_names = verified({"c", "a.dev", "", {}}, "a.dev");
  EXPECT_EQ(no_names.codes, std::vector<int>{X509_V_ERR_HOSTNAME_MISMATCH});
}

TEST_F(Certificates, OfSeveralFaultsTheDatesComeFirstAndTheNameLast) {
  using Issuer = CertificateSpec::Issuer;
  const Verification self = verified({"c", "a", "", {"a.dev"}, -30, -1, Issuer::self}, "b.dev");
  EXPECT_EQ(self.codes,
            (std::vector<int>{X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
                              X509_V_ERR_HOSTNAME_MISMATCH}));
  EXPECT_EQ(self.error, "certificate has expired");
  const Verification unknown = verified({"c", "a", "", {"a.dev"}, 1, 30, Issuer::unknown}, "b.dev");
  ASSERT_GE(unknown.codes.size(), 3u);
  EXPECT_EQ(unknown.codes[0], X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(unknown.codes[1], X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_EQ(unknown.codes.back(), X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_F(Certificates, ASelfSignedOneIsTrustedWhereTheUserNamesIt) {
  const Credentials own = authorities_.issue({.name = "own",
                                              .common_name = "own",
                                              .dns_names = {"a.dev"},
                                              .issuer = CertificateSpec::Issuer::self});
  const auto trust = Trust::load(authorities_.write("own-ca.pem", own.certificate));
  ASSERT_TRUE(trust.has_value());
  EXPECT_TRUE(verify(*trust, chain_of(own.certificate).get(), "a.dev").verified());
}

TEST_F(Certificates, AuthoritiesThatCannotBeReadAreAnError) {
  const auto missing = Trust::load(authorities_.folder() + "/missing.pem");
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().what.find("missing.pem"), std::string::npos);
  EXPECT_TRUE(missing.error().usage);
  EXPECT_FALSE(Trust::load(authorities_.write("junk.pem", "junk")).has_value());
  EXPECT_TRUE(Trust::load("").has_value());
}

TEST_F(Certificates, CredentialsMustExistAndBelongTogether) {
  const Credentials one =
      authorities_.issue({.name = "one", .common_name = "one", .dns_names = {"a.dev"}});
  const Credentials two =
      authorities_.issue({.name = "two", .common_name = "two", .dns_names = {"a.dev"}});
  const std::string pem = authorities_.write("1.pem", one.certificate);
  const std::string key = authorities_.write("1.key", one.key);
  const std::string both = authorities_.write("both.pem", one.certificate + one.key);
  EXPECT_TRUE(load_credentials(pem, key).has_value());
  EXPECT_TRUE(load_credentials(both, "").has_value());
  const auto fails = [](const std::string& certificate, const std::string& key_file) {
    const auto loaded = load_credentials(certificate, key_file);
    return loaded ? std::string() : loaded.error().what;
  };
  EXPECT_NE(fails(pem, authorities_.write("2.key", two.key)).find("is not the one"),
            std::string::npos);
  EXPECT_NE(fails(pem, pem).find("no readable PEM private key"), std::string::npos);
  EXPECT_NE(fails(key, key).find("no PEM certificate"), std::string::npos);
  EXPECT_NE(fails("/nowhere.pem", key).find("cannot read '/nowhere.pem'"), std::string::npos);
  EXPECT_NE(fails(pem, "/nowhere.key").find("cannot read '/nowhere.key'"), std::string::npos);
}

/// A certificate and its key, signed by `by` (null: by itself).
struct Made {
  X509Ptr certificate;
  KeyPtr key;

  Made(const std::string& name, const Made* by, bool authority)
      : certificate(X509_new()), key(EVP_EC_gen("P-256")) {
    X509* const raw = certificate.get();
    X509_set_version(raw, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), static_cast<long>(name.size()));
    X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
    X509_set_pubkey(raw, key.get());
    X509_NAME* const subject = X509_get_subject_name(raw);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(raw, by ? X509_get_subject_name(by->certificate.get()) : subject);
    add(NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    add(NID_subject_alt_name, "DNS:" + name);
    X509_sign(raw, by ? by->key.get() : key.get(), EVP_sha256());
  }
  void add(int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
};

Trust trusting(const std::vector<const Made*>& authorities) {
  Trust trust = *Trust::load(Authorities().ca());  // one more, which signed nothing here
  for (const Made* made : authorities) X509_STORE_add_cert(trust.store(), made->certificate.get());
  return trust;
}

TEST(Verify, AnIntermediateThatOnlyTheAuthoritiesHoldIsNamed) {
  const Made root("root.dev", nullptr, true), middle("middle.dev", &root, true);
  const Made leaf("a.dev", &middle, false);
  const ChainPtr alone(sk_X509_new_null()), whole(sk_X509_new_null());
  for (const ChainPtr* chain : {&alone, &whole}) {
    X509_up_ref(leaf.certificate.get());
    sk_X509_push(chain->get(), leaf.certificate.get());
  }
  X509_up_ref(middle.certificate.get());
  sk_X509_push(whole.get(), middle.certificate.get());

  const Verification lent = verify(trusting({&root, &middle}), alone.get(), "a.dev");
  EXPECT_TRUE(lent.verified()) << lent.error;
  EXPECT_EQ(lent.not_sent, std::vector<std::string>{"CN=middle.dev"});
  const Verification sent = verify(trusting({&root, &middle}), whole.get(), "a.dev");
  EXPECT_TRUE(sent.verified()) << sent.error;
  EXPECT_TRUE(sent.not_sent.empty());
  const Verification missing = verify(trusting({&root}), alone.get(), "a.dev");
  EXPECT_FALSE(missing.verified());
  EXPECT_TRUE(missing.not_sent.empty()) << "it is a fault of its own";
}

TEST(Verify, NoCertificateAtAllIsNotVerified) {
  const Verification none = verify(*Trust::load(""), nullptr, "a.dev");
  EXPECT_FALSE(none.verified());
  EXPECT_FALSE(none.error.empty());
}

}  // namespace
}  // namespace ingress_check
