// Certificates of ours: read from files, or made on the spot.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fstream>
#include <iterator>

#include "harness/certificate.h"

namespace ingress_check {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

Result<std::string> read_file(const std::string& path, const char* word) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && text.empty())
    return tl::unexpected(Error{fmt::format("cannot read '{}'", path),
                                fmt::format("`{}` names a PEM file that exists", word)});
  return text;
}

X509Ptr parse_certificate(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

/// A key that is locked with a passphrase is not asked for one: it is simply not readable.
int no_passphrase(char*, int, int, void*) { return 0; }

KeyPtr parse_key(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

bool describe(X509* certificate, EVP_PKEY* key) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("ingress-check untrusted client");
  return X509_set_version(certificate, 2) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

}  // namespace

Result<Credentials> load_credentials(const std::string& certificate_file,
                                     const std::string& key_file) {
  // One file may hold both.
  const std::string& key_path = key_file.empty() ? certificate_file : key_file;
  auto certificate = read_file(certificate_file, "certificate");
  if (!certificate) return tl::unexpected(certificate.error());
  auto key = read_file(key_path, "key");
  if (!key) return tl::unexpected(key.error());
  const X509Ptr parsed = parse_certificate(*certificate);
  const KeyPtr parsed_key = parse_key(*key);
  const bool together =
      parsed && parsed_key && X509_check_private_key(parsed.get(), parsed_key.get()) == 1;
  ERR_clear_error();
  if (!parsed)
    return tl::unexpected(Error{fmt::format("'{}' holds no PEM certificate", certificate_file),
                                "`certificate` names a PEM file, the client's certificate first"});
  if (!parsed_key)
    return tl::unexpected(Error{fmt::format("'{}' holds no readable PEM private key", key_path),
                                "`key` names a PEM file; a passphrase must be taken off first"});
  if (!together)
    return tl::unexpected(
        Error{fmt::format("the key in '{}' is not the one of the certificate in '{}'", key_path,
                          certificate_file),
              "`certificate` and `key` must belong together"});
  return Credentials{std::move(*certificate), std::move(*key)};
}

Result<Credentials> make_untrusted_credentials() {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate(X509_new());
  const BioPtr certificate_pem(BIO_new(BIO_s_mem())), key_pem(BIO_new(BIO_s_mem()));
  if (!key || !certificate || !describe(certificate.get(), key.get()) ||
      PEM_write_bio_X509(certificate_pem.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    ERR_clear_error();
    return cannot("OpenSSL could not make a certificate");
  }
  return Credentials{content(certificate_pem.get()), content(key_pem.get())};
}

}  // namespace ingress_check
