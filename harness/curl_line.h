// A command line that reproduces one request with curl, for people. Secrets appear as $NAME.
#pragma once

#include <string>
#include <vector>

#include "harness/traffic.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// `curl -sv --http1.1 --connect-to 'frieza.dev:80:127.0.0.1:8080' ... 'http://frieza.dev/app1'`,
/// quoted for a POSIX shell.
std::string curl_line(const Target& target, const Request& request,
                      const std::vector<Secret>& secrets);

/// One word for a POSIX shell, quoted where it must be; "$NAME" stands for secrets.
std::string shell_word(std::string_view text, const std::vector<Secret>& secrets);

}  // namespace ingress_check
