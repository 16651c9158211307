// The pages of the simulated ingress.
#include <fmt/format.h>

#include "checks/fake_ingress.h"

namespace ingress_check {

FakePage nginx_page(int status) {
  const auto title = status == 400   ? "400 The plain HTTP request was sent to HTTPS port"
                     : status == 403 ? "403 Forbidden"
                     : status == 404 ? "404 Not Found"
                     : status == 429 ? "429 Too Many Requests"
                     : status == 502 ? "502 Bad Gateway"
                     : status == 503 ? "503 Service Temporarily Unavailable"
                     : status == 504 ? "504 Gateway Time-out"
                     : status == 413 ? "413 Request Entity Too Large"
                     : status == 308 ? "308 Permanent Redirect"
                                     : "301 Moved Permanently";
  const auto* said = status == 400
                         ? "<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP "
                           "request was sent to HTTPS port</center>"
                         : nullptr;
  return {status,
          fmt::format("<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n{1}\r\n"
                      "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
                      title, said ? said : fmt::format("<center><h1>{}</h1></center>", title)),
          {{{"Content-Type", "text/html"}}}};
}

}  // namespace ingress_check
