// What a client offers. Every setting that a system's OpenSSL configuration can restrict is set
// here explicitly: our own library must not be what refuses.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "harness/tls_stream.h"

namespace ingress_check {
namespace {

constexpr const char* kSuites13 =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* kGroups = "X25519:P-256:X448:P-521:P-384";
constexpr const char* kSignatures =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:rsa_pss_pss_sha256:rsa_pss_pss_sha384:"
    "rsa_pss_pss_sha512:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:"
    "RSA+SHA384:RSA+SHA512:ECDSA+SHA224:RSA+SHA224:ECDSA+SHA1:RSA+SHA1";

int number(TlsVersion version) {
  switch (version) {
    case TlsVersion::tls1_0:
      return TLS1_VERSION;
    case TlsVersion::tls1_1:
      return TLS1_1_VERSION;
    case TlsVersion::tls1_2:
      return TLS1_2_VERSION;
    case TlsVersion::tls1_3:
      return TLS1_3_VERSION;
  }
  return 0;
}

tl::unexpected<std::string> unable(std::string words) {
  ERR_clear_error();
  return tl::unexpected(std::move(words));
}

/// RFC 7301, 3.1: each name behind its length. Names beyond 255 bytes do not exist.
std::string alpn_wire(const std::vector<std::string>& names) {
  std::string wire;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > 255) continue;
    wire += static_cast<char>(static_cast<unsigned char>(name.size()));
    wire += name;
  }
  return wire;
}

bool use_credentials(SSL_CTX* context, const Credentials& credentials) {
  BIO* bio = BIO_new_mem_buf(credentials.certificate.data(),
                             static_cast<int>(credentials.certificate.size()));
  const X509Ptr own(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
  bool good = own && SSL_CTX_use_certificate(context, own.get()) == 1;
  while (X509* next = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr))
    SSL_CTX_add_extra_chain_cert(context, next);  // takes it over
  BIO_free_all(bio);
  bio = BIO_new_mem_buf(credentials.key.data(), static_cast<int>(credentials.key.size()));
  const KeyPtr key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free_all(bio);
  good = good && key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace

tl::expected<ContextPtr, std::string> make_context(const Handshake& wanted,
                                                   const Credentials* credentials) {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return unable("OpenSSL has no memory for a TLS context");
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_security_level(raw, 0);
  SSL_CTX_clear_options(raw, SSL_OP_NO_SSL_MASK | SSL_OP_NO_TICKET);
  SSL_CTX_set_options(raw, SSL_OP_LEGACY_SERVER_CONNECT);
  const TlsVersion least = wanted.least.value_or(TlsVersion::tls1_0);
  const TlsVersion most = wanted.most.value_or(TlsVersion::tls1_3);
  if (SSL_CTX_set_min_proto_version(raw, number(least)) != 1 ||
      SSL_CTX_set_max_proto_version(raw, number(most)) != 1 || least > most)
    return unable(
        fmt::format("this OpenSSL cannot offer TLS {} to {}", to_string(least), to_string(most)));
  // Anonymous ciphers would hide the certificate.
  const std::string ciphers = wanted.ciphers.empty() ? "ALL:!aNULL:!eNULL" : wanted.ciphers;
  if (SSL_CTX_set_cipher_list(raw, (ciphers + ":@SECLEVEL=0").c_str()) != 1)
    return unable(fmt::format("this OpenSSL has none of the ciphers '{}'", ciphers));
  if (SSL_CTX_set_ciphersuites(raw, kSuites13) != 1 ||
      SSL_CTX_set1_groups_list(raw, kGroups) != 1 ||
      SSL_CTX_set1_sigalgs_list(raw, kSignatures) != 1)
    return unable("this OpenSSL lacks the usual groups or signatures");
  const std::string alpn = alpn_wire(wanted.alpn);
  if (!alpn.empty())
    SSL_CTX_set_alpn_protos(raw, reinterpret_cast<const unsigned char*>(alpn.data()),
                            static_cast<unsigned int>(alpn.size()));
  if (credentials && !use_credentials(raw, *credentials))
    return unable("OpenSSL does not accept the client certificate");
  return context;
}

}  // namespace ingress_check
