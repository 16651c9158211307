// For tests: a real nginx on loopback that speaks HTTP/1.1, HTTP/2 in plain text and over TLS, and
// says what it saw.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "fixtures/loopback.h"
#include "fixtures/pki.h"

namespace ingress_check::testing {

class Nginx {
 public:
  /// Serves shop.example with a certificate of its own authority; asks for client certificates.
  Nginx() : block_(*LoopbackBlock::claim()) {
    char pattern[] = "/tmp/nginx-test-XXXXXX";
    folder = mkdtemp(pattern);
    pki_ = std::make_unique<Pki>(*Pki::create(folder));
    ip = block_.address(1);
    plain = *free_port(ip);
    server_ = *pki_->issue({"server", "shop.example", "", {"shop.example"}});
    client = *pki_->issue({"client", "a client", "", {}}, CertificateUse::client);
    start();
  }
  ~Nginx() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(folder);
  }
  const std::string& ca() const { return pki_->ca_file(); }

  std::string folder, ip;
  std::uint16_t plain = 0;
  std::uint16_t h2c() const { return static_cast<std::uint16_t>(plain + 1); }
  std::uint16_t tls() const { return static_cast<std::uint16_t>(plain + 2); }
  CertificateFiles client;

 private:
  std::string configuration() const {
    return fmt::format(R"(
daemon off; master_process off; pid {0}/pid; error_log {0}/error.log;
events {{ worker_connections 12000; }}
http {{
  access_log off; client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f;
  uwsgi_temp_path {0}/u; scgi_temp_path {0}/s; default_type text/plain;
  server {{
    listen {1}:{2}; listen {1}:{3} http2; listen {1}:{4} ssl http2;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {5}; ssl_certificate_key {6};
    ssl_client_certificate {7}; ssl_verify_client optional_no_ca;
    location / {{ return 200 "$server_protocol host=$http_host sni=$ssl_server_name client=$ssl_client_verify uri=$request_uri"; }}
  }}
}}
)",
                       folder, ip, plain, h2c(), tls(), server_.certificate, server_.key, ca());
  }
  void start() {
    std::ofstream(folder + "/nginx.conf") << configuration();
    const std::string file = folder + "/nginx.conf", log = folder + "/error.log";
    pid_ = fork();
    if (pid_ == 0) {
      const int nowhere = open("/dev/null", O_RDWR);
      dup2(nowhere, 1);
      execl("/usr/sbin/nginx", "nginx", "-e", log.c_str(), "-p", folder.c_str(), "-c", file.c_str(),
            static_cast<char*>(nullptr));
      _exit(127);
    }
    wait_until_it_listens();
  }
  /// It opens its ports before it serves: the last one listens, so all do.
  void wait_until_it_listens() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(tls());
    inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
    for (int tries = 0; tries < 4000; ++tries) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const bool there = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
      close(fd);
      if (there) return;
      poll(nullptr, 0, 5);
    }
    ADD_FAILURE() << "nginx does not listen at " << ip << ", port " << tls();
  }

  LoopbackBlock block_;
  std::unique_ptr<Pki> pki_;
  CertificateFiles server_;
  pid_t pid_ = -1;
};

}  // namespace ingress_check::testing
