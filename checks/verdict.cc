#include "checks/verdict.h"

namespace ingress_check {

std::string to_string(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::pass:
      return "pass";
    case Verdict::Kind::fail:
      return "fail";
    case Verdict::Kind::inconclusive:
      return "inconclusive";
    case Verdict::Kind::not_supported:
      return "not supported";
  }
  return "?";
}

}  // namespace ingress_check
