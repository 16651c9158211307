#include "harness/program/courtesy.h"

#include "harness/address.h"

namespace ingress_check {

bool Courtesy::may_go(const Target& target, const Request& request, const Watch& watch) {
  if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS")
    return true;
  const auto where =
      destination(target, request.url.host, request.url.effective_port(), request.address);
  if (!where) return true;  // the sender says why it cannot
  Resolver resolver(target.ip_version, target.connect_timeout);
  resolver.begin(where->host);
  const auto found = resolver.find(*where, watch);
  if (!allowance_.capped(found.endpoints)) return true;
  address_ = found.endpoints.front().text();
  address_ = address_.substr(0, address_.rfind(':'));
  if (address_.starts_with('[')) address_ = address_.substr(1, address_.size() - 2);
  withheld_ = request.method + " to " + address_;
  return false;
}

Result<Evidence> Courtesy::send(const Target& target, const Traffic& traffic, Watch& watch) {
  if (const auto* http = std::get_if<Http>(&traffic.send))
    for (const auto& request : http->requests)
      if (!may_go(target, request, watch)) {
        Evidence evidence;
        evidence.traffic = traffic;
        evidence.end = End::interrupted;
        return evidence;
      }
  return sender_.send(target, traffic, watch);
}

}  // namespace ingress_check
