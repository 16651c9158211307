#include "checks/tls/tls_termination/causes.h"

namespace ingress_check::tls_termination {

namespace {

std::vector<Cause> certificate_causes() {
  const std::string tls_docs = "ingress-nginx documentation, TLS/HTTPS";
  return {
      {"default-certificate",
       "The controller has no certificate for the name and serves the one that it makes itself.",
       "give the Ingress a tls section with this host and a valid Secret in its own namespace, or "
       "set --default-ssl-certificate",
       tls_docs},
      {"certificate-expired", "The certificate, or one of its chain, is past its end.",
       "renew it and update the Secret; cert-manager does so by itself", "RFC 5280, 4.1.2.5"},
      {"certificate-not-yet-valid", "The certificate's time has not begun.",
       "issue it with an earlier notBefore, or correct the clock of whoever issued it",
       "RFC 5280, 4.1.2.5"},
      {"certificate-wrong-name", "The certificate names other hosts than the one asked for.",
       "issue one with this host as subject alternative name, or mend the host in the tls section",
       "RFC 9525, 6"},
      {"certificate-no-san", "The certificate has no subject alternative name at all.",
       "issue it with subjectAltName (openssl req -addext \"subjectAltName=DNS:...\")",
       "RFC 9525, 6.3"},
      {"wildcard-too-shallow",
       "A wildcard stands for exactly one label, and the name has another depth.",
       "issue a wildcard for that depth, or name the host itself", "RFC 9525, 6.3"},
      {"unknown-ca", "No authority that clients know has signed it.",
       "use a certificate of a public authority, send its intermediates along, or give clients the "
       "authority (`ca:` of the target)",
       "RFC 5280, 6.1"},
      {"self-signed", "The certificate is signed with its own key.",
       "use a certificate of an authority, or give clients this one (`ca:` of the target)",
       "RFC 5280, 6.1"},
      in_force({"expires-soon", "The certificate has fewer days left than wanted.",
                "renew it; if something does so by itself, find out why it has not",
                "RFC 5280, 4.1.2.5"}),
      {"certificate-mismatch", "Another certificate is served than the one that is meant to be.",
       "update the Secret that this host uses; every replica has to pick it up", tls_docs},
  };
}

}  // namespace

std::vector<Cause> causes() {
  auto causes = certificate_causes();
  const std::vector<Cause> others{
      {"sni-ignored", "One certificate is served whatever name the client asks for.",
       "let the hop that ends TLS choose the certificate by SNI (several certificates on the "
       "listener), or pass TLS through to the ingress",
       "RFC 6066, 3"},
      in_force(
          {"unknown-name-wrong", "A name that nobody configured is answered otherwise than stated.",
           "ssl-reject-handshake: \"true\" refuses it, \"false\" serves the default certificate",
           "nginx documentation, ssl_reject_handshake; RFC 6066, 3"}),
      {"old-tls-accepted", "The server accepts a TLS version below the stated one.",
       "ssl-protocols: \"TLSv1.2 TLSv1.3\" in ingress-nginx, a newer security policy at the "
       "balancer",
       "RFC 8996; RFC 9325, 3.1.1"},
      {"weak-cipher-accepted", "The server accepts a cipher that protects nothing.",
       "set ssl-ciphers to the controller's default, a newer security policy at the balancer",
       "RFC 9325, 4.1"},
      in_force({"h2-not-offered", "A protocol that should be offered is not.",
                "use-http2: \"true\" in ingress-nginx; a Classic Load Balancer offers none, an NLB "
                "needs an "
                "ALPN policy",
                "RFC 7301; ingress-nginx documentation, ConfigMap use-http2"}),
      {"hsts-missing", "Answers over https lack Strict-Transport-Security.",
       "hsts: \"true\" and hsts-max-age in ingress-nginx; behind a balancer that ends TLS the "
       "ingress never sends it",
       "RFC 6797; ingress-nginx documentation, ConfigMap hsts"},
      in_force({"hsts-unexpected",
                "Answers carry Strict-Transport-Security although they should not.",
                "hsts: \"false\"", "RFC 6797; ingress-nginx documentation, ConfigMap hsts"}),
      {"client-certificate-not-asked", "Clients are served without showing a certificate.",
       "auth-tls-secret and auth-tls-verify-client: \"on\" on the Ingress of this host",
       "ingress-nginx documentation, client certificate authentication"},
      {"unknown-client-accepted", "A client certificate that nobody signed is accepted.",
       "auth-tls-verify-client: \"on\" (optional_no_ca asks but does not verify)",
       "ingress-nginx documentation, client certificate authentication"},
      in_force({"client-refused", "A client that should be let in is refused.",
                "compare the authority in auth-tls-secret with the one that issued the client's "
                "certificate, and auth-tls-verify-depth with its chain",
                "ingress-nginx documentation, client certificate authentication"}),
      in_force({"forwarded-proto-missing", "The pod is not told that the client came over https.",
                "have the hop that ends TLS send X-Forwarded-Proto (backend-protocol: http at an "
                "ELB) and "
                "the ingress trust it (use-forwarded-headers: \"true\")",
                "ingress-nginx documentation, ConfigMap use-forwarded-headers"}),
  };
  causes.insert(causes.end(), others.begin(), others.end());
  return causes;
}

}  // namespace ingress_check::tls_termination
