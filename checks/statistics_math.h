// How Boost.Math is used by checks/statistics*.cc, and by nothing else: it is slow to compile.
#pragma once

#include <boost/math/special_functions/beta.hpp>

namespace ingress_check::math {

using namespace boost::math;

/// Nothing throws: arguments are within their domains.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

/// P(X <= x) for X binomial with n trials of chance p, by the incomplete beta function, which also
/// has a value where n and x are no whole numbers (NIST DLMF 8.17.5).
inline double at_most(double x, double n, double p) {
  if (x < 0) return 0;
  if (x >= n) return 1;
  return ibeta(n - x, x + 1, 1 - p, Quiet());
}

/// P(X >= x), without the loss of digits that 1 - at_most() has.
inline double at_least(double x, double n, double p) {
  if (x <= 0) return 1;
  if (x > n) return 0;
  return ibeta(x, n - x + 1, p, Quiet());
}

}  // namespace ingress_check::math
