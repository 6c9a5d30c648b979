/* What the C programs here share: SPOP's varint and STRING, the frames that an engine sends, connecting, the clock. */
#ifndef SPOP_H
#define SPOP_H
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HAPROXY_HELLO = 1, NOTIFY = 3, AGENT_HELLO = 101, AGENT_DISCONNECT = 102, ACK = 103 };
enum { INT32 = 2, UINT64 = 5, IPV4 = 6, IPV6 = 7, STRING = 8, BINARY = 9 };

static inline uint8_t *put_varint(uint8_t *p, uint64_t i) {
  if (i < 240) {
    *p++ = i;
    return p;
  }
  *p++ = i | 240;
  for (i = (i - 240) >> 4; i >= 128; i = (i - 128) >> 7) *p++ = i | 128;
  *p++ = i;
  return p;
}

/* Returns NULL where the value does not end before e. */
static inline const uint8_t *get_varint(const uint8_t *p, const uint8_t *e, uint64_t *v) {
  if (p >= e) return NULL;
  uint64_t i = *p++;
  int shift = 4;
  if (i >= 240) do {
      if (p >= e) return NULL;
      i += (uint64_t)*p << shift;
      shift += 7;
    } while (*p++ >= 128);
  *v = i;
  return p;
}

static inline uint8_t *put_string(uint8_t *p, const char *s) {
  size_t n = strlen(s);
  p = put_varint(p, n);
  memcpy(p, s, n);
  return p + n;
}

static inline uint8_t *put_argument(uint8_t *p, const char *name, const char *value) {
  p = put_string(p, name);
  *p++ = STRING;
  return put_string(p, value);
}

static inline uint8_t *begin_frame(uint8_t *b, int type) {
  b[4] = type;
  memcpy(b + 5, "\0\0\0\1", 4); /* FIN */
  return b + 9;
}

static inline uint8_t *end_frame(uint8_t *b, uint8_t *p) {
  uint32_t n = htonl(p - b - 4);
  memcpy(b, &n, 4);
  return p;
}

static inline uint32_t frame_length(const uint8_t *b) {
  uint32_t n;
  memcpy(&n, b, 4);
  return ntohl(n);
}

static inline uint8_t *put_hello(uint8_t *b) {
  uint8_t *p = begin_frame(b, HAPROXY_HELLO);
  *p++ = 0;
  *p++ = 0;
  p = put_argument(p, "supported-versions", "2.0");
  p = put_string(p, "max-frame-size");
  *p++ = 3;
  p = put_varint(p, 16380);
  p = put_argument(p, "capabilities", "pipelining");
  p = put_argument(p, "engine-id", "7c1f3a52-0000-4000-8000-5b0add0000aa");
  return end_frame(b, p);
}

static const char HEADERS[] =
    "host: shop.example.org\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\naccept-language: en-US,en;q=0.5\r\n"
    "accept-encoding: gzip, deflate, br, zstd\r\n"
    "cookie: session=3f8a1c9e77d24b0fa9c1; theme=dark; consent=yes; _ga=GA1.2.1234567890.1700000000\r\n"
    "referer: https://shop.example.org/catalogue?page=3\r\nx-forwarded-for: 192.0.2.77\r\n\r\n";

/* A NOTIFY with the address 192.0.2.last: alone, or the last of six arguments of some 600 bytes. */
static inline uint8_t *put_notify(uint8_t *b, uint64_t stream, uint64_t frame, uint8_t last, int http) {
  uint8_t *p = put_varint(put_varint(begin_frame(b, NOTIFY), stream), frame);
  p = put_string(p, "get-ip-reputation");
  *p++ = http ? 6 : 1;
  if (http) {
    p = put_argument(p, "unique-id", "7F000001:C0DE_7F000001:1F90_6922F0A1_0001:2B67");
    p = put_argument(p, "method", "GET");
    p = put_argument(p, "path", "/api/v1/accounts/1029384756/transactions");
    p = put_argument(p, "ver", "1.1");
    p = put_argument(p, "headers", HEADERS);
  }
  p = put_string(p, "ip");
  uint8_t ip[] = {IPV4, 192, 0, 2, last};
  memcpy(p, ip, sizeof ip);
  return end_frame(b, p + sizeof ip);
}

static inline int connect_to(const char *host, int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (inet_pton(AF_INET, host, &a.sin_addr) != 1 || fd < 0 || connect(fd, (void *)&a, sizeof a)) {
    perror("connect");
    exit(3);
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static inline uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}
#endif
