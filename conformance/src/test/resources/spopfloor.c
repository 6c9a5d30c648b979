/* From the benchmark kit (bench/spopfloor.c), unchanged below this line. It is compiled by FloorAgentTest. */
/* spopfloor: the least work an agent can do. It frames, answers HELLO, finds the arg named ip and sets ip_score. One epoll thread, no allocation. usage: spopfloor PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#define RB (1 << 17)
typedef struct { int fd; size_t rl; uint8_t r[RB], w[RB]; } conn;
static uint8_t *vput(uint8_t *p, uint64_t i) { if (i < 240) { *p++ = i; return p; } *p++ = i | 240; i = (i - 240) >> 4; while (i >= 128) { *p++ = i | 128; i = (i - 128) >> 7; } *p++ = i; return p; }
static const uint8_t *vget(const uint8_t *p, uint64_t *v) { uint64_t i = *p++; int s = 4; if (i >= 240) do { i += (uint64_t)*p << s; s += 7; } while (*p++ >= 128); *v = i; return p; }
static const char HELLO[] = "\145\0\0\0\1\0\0\7version\10\0032.0\16max-frame-size\3\374\360\6\14capabilities\10\12pipelining";
int main(int ac, char **av) { int l = socket(AF_INET, SOCK_STREAM, 0), one = 1; setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, 4); struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(av[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}; if (bind(l, (void *)&a, sizeof a) || listen(l, 1024)) return 1;
  int ep = epoll_create1(0); struct epoll_event ev = {.events = EPOLLIN, .data.ptr = 0}, evs[64]; epoll_ctl(ep, EPOLL_CTL_ADD, l, &ev);
  for (;;) { int n = epoll_wait(ep, evs, 64, -1); for (int i = 0; i < n; i++) { conn *c = evs[i].data.ptr; if (!c) { c = malloc(sizeof *c); c->rl = 0; c->fd = accept(l, 0, 0); setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, 4); ev.data.ptr = c; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev); continue; }
    ssize_t k = recv(c->fd, c->r + c->rl, RB - c->rl, 0); if (k <= 0) { close(c->fd); free(c); continue; } c->rl += k; size_t o = 0; uint8_t *w = c->w;
    while (c->rl - o >= 4) { uint32_t len; memcpy(&len, c->r + o, 4); len = ntohl(len); if (c->rl - o - 4 < len) break; const uint8_t *p = c->r + o + 4, *e = p + len; o += 4 + len;
      if (*p == 1) { uint32_t s = htonl(sizeof HELLO - 1); memcpy(w, &s, 4); memcpy(w + 4, HELLO, sizeof HELLO - 1); w += 3 + sizeof HELLO; continue; } if (*p != 3) continue;
      uint64_t sid, fid, m, z; uint8_t *h = w; w += 4; *w++ = 103; memcpy(w, "\0\0\0\1", 4); w += 4; p = vget(p + 5, &sid); p = vget(p, &fid); w = vput(w, sid); w = vput(w, fid); p = vget(p, &m); p += m; int na = *p++;
      while (na-- && p < e) { p = vget(p, &m); const uint8_t *nm = p; p += m; int t = *p++ & 15; if (t == 6) { if (m == 2 && nm[0] == 'i' && nm[1] == 'p') { *w++ = 1; *w++ = 3; *w++ = 1; *w++ = 8; memcpy(w, "ip_score", 8); w += 8; *w++ = 2; *w++ = p[3] % 101; } p += 4; } else if (t == 8 || t == 9) { p = vget(p, &z); p += z; } else if (t == 7) p += 16; else if (t >= 2 && t <= 5) p = vget(p, &z); }
      uint32_t s = htonl(w - h - 4); memcpy(h, &s, 4); if (w - c->w > RB - 4096) { if (write(c->fd, c->w, w - c->w) < 0) break; w = c->w; } }
    memmove(c->r, c->r + o, c->rl - o); c->rl -= o; uint8_t *q = c->w; while (q < w) { ssize_t x = send(c->fd, q, w - q, MSG_NOSIGNAL); if (x < 0) { if (errno == EAGAIN) continue; break; } q += x; } } } }
