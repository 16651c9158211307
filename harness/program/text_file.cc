#include "harness/program/text_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "harness/program/interrupt.h"

namespace ingress_check {
namespace {

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

Result<std::string> read_text_file(const std::string& name, std::size_t most) {
  struct stat facts {};
  if (name != "-" && ::stat(name.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode))
    return tl::unexpected(
        Error{name + " is a folder", "name files in it, for instance " + name + "/*.yaml"});
  const std::unique_ptr<std::FILE, Close> file(name == "-" ? stdin
                                                           : std::fopen(name.c_str(), "rb"));
  if (!file)
    return tl::unexpected(Error{fmt::format("cannot read {}: {}", name, std::strerror(errno)), ""});
  std::string text;
  char part[65536];
  while (text.size() < most) {
    const auto n = std::fread(part, 1, std::min(sizeof part, most - text.size()), file.get());
    if (n == 0) break;
    text.append(part, n);
  }
  if (std::ferror(file.get()))
    return tl::unexpected(Error{
        stop_requested() ? "interrupted while reading " + name : "cannot read all of " + name, ""});
  return text;
}

}  // namespace ingress_check
