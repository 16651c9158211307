#include "checks/routing/routing/rule_paths.h"

namespace ingress_check::routing {

bool element_prefix(const std::string& shorter, const std::string& path) {
  const auto stem = shorter.ends_with('/') ? shorter.substr(0, shorter.size() - 1) : shorter;
  return path.size() > stem.size() && path.starts_with(stem) && path[stem.size()] == '/';
}

bool mere_prefix(const std::string& shorter, const std::string& path) {
  return shorter.size() > 1 && !shorter.ends_with('/') && path.size() > shorter.size() &&
         path.starts_with(shorter) && path[shorter.size()] != '/';
}

std::vector<std::string> stems(std::string path) {
  std::vector<std::string> all;
  while (path.size() > 1) {
    all.push_back(path);
    path.resize(path.rfind('/'));
  }
  return all;
}

bool only_without_case(const std::string& rule, const std::string& path) {
  return upper(path).starts_with(upper(rule)) && !path.starts_with(rule);
}

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace ingress_check::routing
