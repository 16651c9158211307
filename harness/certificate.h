// X.509 as a person asks about it: what a certificate says, whether a chain is trusted, whether it
// covers a name. Over OpenSSL, no network.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/evidence.h"
#include "scenarios/error.h"

namespace ingress_check {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeX509>;

/// What the certificate says. Control characters become '?', at most 256 names, no text is longer
/// than 1024 bytes (but `pem`).
Certificate read_certificate(X509* certificate);

/// The authorities that a target's certificates are verified against. Safe to share between
/// threads once loaded.
class Trust {
 public:
  /// The PEM file's certificates, or the system's roots if `ca_file` is empty.
  static Result<Trust> load(const std::string& ca_file);
  X509_STORE* store() const { return store_.get(); }

 private:
  std::unique_ptr<X509_STORE, FreeX509> store_;
};

/// Every failure is collected; the one that a person should read first comes first: dates, then
/// signatures, self-signed, unknown authority, and last the name.
struct Verification {
  bool chain_verified = false;
  bool name_matches = false;
  std::vector<int> codes;  ///< X509_V_ERR_..., worst first, without repetition
  std::string error;       ///< OpenSSL's words for codes[0]; empty if all is well
  /// Subjects of intermediate certificates of a verified chain that were not sent: the trusted
  /// authorities supplied them.
  std::vector<std::string> not_sent;

  bool verified() const { return chain_verified && name_matches; }
};

/// `sent` is the chain as the server sent it, leaf first. An empty `name` matches nothing.
Verification verify(const Trust& trust, STACK_OF(X509) * sent, const std::string& name);

/// Whether a subject alternative name covers it: a wildcard stands for exactly one whole label, the
/// common name never counts (RFC 6125, 6.4; RFC 9525). IP addresses only match IP names.
bool covers(X509* certificate, const std::string& name);

/// A certificate and its private key, both as PEM.
struct Credentials {
  std::string certificate, key;
};

/// Read from two PEM files; an Error names the file. They are checked to belong together.
Result<Credentials> load_credentials(const std::string& certificate_file,
                                     const std::string& key_file);

/// Self-signed, EC P-256, valid for a day, with a key of its own: no authority knows it.
Result<Credentials> make_untrusted_credentials();

}  // namespace ingress_check
