#include "harness/outcome.h"

namespace ingress_check {

bool before_sending(Outcome outcome) {
  switch (outcome) {
    case Outcome::unresolved:
    case Outcome::unreachable:
    case Outcome::local:
    case Outcome::refused:
    case Outcome::connect_timeout:
    case Outcome::tls_error:
      return true;
    default:
      return false;
  }
}

std::string to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::unresolved:
      return "unresolved";
    case Outcome::unreachable:
      return "unreachable";
    case Outcome::local:
      return "local";
    case Outcome::refused:
      return "refused";
    case Outcome::connect_timeout:
      return "connect timeout";
    case Outcome::tls_error:
      return "TLS error";
    case Outcome::reset:
      return "reset";
    case Outcome::idle_close:
      return "idle close";
    case Outcome::truncated:
      return "truncated";
    case Outcome::malformed:
      return "malformed";
    case Outcome::timeout:
      return "timeout";
  }
  return "?";
}

}  // namespace ingress_check
