/* spopfloor: the least work that an agent can do, to compare others with. It cuts frames, answers HELLO, finds the
 * argument named ip and sets ip_score. One epoll thread, no allocation but for a connection, no checks.
 * usage: spopfloor PORT */
#define _GNU_SOURCE
#include "spop.h"
#include <errno.h>
#include <sys/epoll.h>

#define BYTES (1 << 17)

typedef struct {
  int fd;
  size_t length;
  uint8_t in[BYTES], out[BYTES];
} conn;

static const char HELLO[] =
    "\145\0\0\0\1\0\0\7version\10\0032.0\16max-frame-size\3\374\360\6\14capabilities\10\12pipelining";

static uint8_t *answer_hello(uint8_t *w) {
  uint32_t n = htonl(sizeof HELLO - 1);
  memcpy(w, &n, 4);
  memcpy(w + 4, HELLO, sizeof HELLO - 1);
  return w + 3 + sizeof HELLO;
}

static const uint8_t *get_unchecked(const uint8_t *p, uint64_t *v) {
  uint64_t i = *p++;
  int shift = 4;
  if (i >= 240) do {
      i += (uint64_t)*p << shift;
      shift += 7;
    } while (*p++ >= 128);
  *v = i;
  return p;
}

static uint8_t *answer(uint8_t *start, const uint8_t *p, const uint8_t *e) {
  uint64_t stream, frame, n, m;
  p = get_unchecked(get_unchecked(p + 5, &stream), &frame);
  uint8_t *w = put_varint(put_varint(begin_frame(start, ACK), stream), frame);
  p = get_unchecked(p, &n) + n;
  for (int arguments = *p++; arguments > 0 && p < e; arguments--) {
    const uint8_t *name = get_unchecked(p, &n);
    p = name + n;
    int type = *p++ & 15;
    if (type == IPV4) {
      if (n == 2 && name[0] == 'i' && name[1] == 'p') {
        memcpy(w, "\1\3\1\10ip_score\2", 13); /* SET-VAR, 3 arguments, sess */
        w[13] = p[3] % 101;
        w += 14;
      }
      p += 4;
    } else if (type == STRING || type == BINARY) {
      p = get_unchecked(p, &m) + m;
    } else if (type == IPV6) {
      p += 16;
    } else if (type >= INT32 && type <= UINT64) {
      p = get_unchecked(p, &m);
    }
  }
  return end_frame(start, w);
}

static void send_all(int fd, const uint8_t *p, const uint8_t *e) {
  while (p < e) {
    ssize_t n = send(fd, p, e - p, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return;
    if (n > 0) p += n;
  }
}

static void take(conn *c) {
  size_t o = 0;
  uint8_t *w = c->out;
  while (c->length - o >= 4) {
    uint32_t n = frame_length(c->in + o);
    if (c->length - o - 4 < n) break;
    const uint8_t *p = c->in + o + 4;
    if (*p == HAPROXY_HELLO) w = answer_hello(w);
    if (*p == NOTIFY) w = answer(w, p, p + n);
    o += 4 + n;
    if (w - c->out > BYTES - 4096) {
      send_all(c->fd, c->out, w);
      w = c->out;
    }
  }
  memmove(c->in, c->in + o, c->length - o);
  c->length -= o;
  send_all(c->fd, c->out, w);
}

int main(int argc, char **argv) {
  int l = socket(AF_INET, SOCK_STREAM, 0), one = 1, ep = epoll_create1(0);
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  a.sin_port = htons(argc == 2 ? atoi(argv[1]) : 0);
  if (argc != 2 || bind(l, (void *)&a, sizeof a) || listen(l, 4096)) {
    fprintf(stderr, "usage: spopfloor PORT, and a port that is free\n");
    return 2;
  }
  struct epoll_event ev = {.events = EPOLLIN}, evs[64];
  epoll_ctl(ep, EPOLL_CTL_ADD, l, &ev);
  for (;;) {
    int n = epoll_wait(ep, evs, 64, -1);
    for (int i = 0; i < n; i++) {
      conn *c = evs[i].data.ptr;
      if (!c) {
        c = malloc(sizeof *c);
        c->length = 0;
        c->fd = accept(l, 0, 0);
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        ev.data.ptr = c;
        epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev);
        continue;
      }
      ssize_t k = recv(c->fd, c->in + c->length, BYTES - c->length, 0);
      if (k <= 0) {
        close(c->fd);
        free(c);
        continue;
      }
      c->length += k;
      take(c);
    }
  }
}
