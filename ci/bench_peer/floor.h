// What no HTTP client on this machine can undercut: the system calls of a request and nothing else.
#pragma once

#include <cstdint>

namespace bench {

/// A closed loop: every connection sends its next request when something came back, until
/// `requests` are answered. One send, one recv, a share of an epoll_wait each; nothing parsed, no
/// clock.
void run_floor(std::uint16_t port, std::size_t connections, std::uint64_t requests);

/// An open loop: request i is due at begin + i / rate, absolute; slept for with epoll_pwait2 and a
/// timer slack of 1 ns, sent over the connection that was free longest ago, later if none is free.
void run_pacer(std::uint16_t port, std::size_t connections, double rate, double seconds);

}  // namespace bench
