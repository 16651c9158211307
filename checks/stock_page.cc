#include "checks/stock_page.h"

#include <re2/re2.h>

namespace ingress_check {

bool page_of_any_nginx(const Exchange& exchange) {
  const RE2 regex("<hr><center>(nginx|openresty)(/[0-9.]+)?</center>", RE2::Quiet);
  return RE2::PartialMatch(exchange.body, regex);
}

}  // namespace ingress_check
