/* httpload: a closed-loop HTTP/1.1 client. One epoll thread keeps one request in flight on each of CONNS kept-alive
 * connections. Each request has a header x-client with an address 192.0.2.N, and each response must be a 200 with a header
 * x-score of N % 101, or of "none" in the mode plain. Prints one JSON object: latencies in microseconds.
 * With process ids behind the arguments: their CPU microseconds per request, in an array.
 * usage: httpload HOST PORT CONNS plain|score WARM SECONDS [PID...] */
#define _GNU_SOURCE
#include "histogram.h"
#include "processor.h"
#include "spop.h"
#include <errno.h>
#include <sys/epoll.h>

#define BYTES 4096

typedef struct {
  int fd, last;
  char in[BYTES];
  size_t length;
  uint64_t since;
} conn;

static int plain;
static uint64_t responses, bad;
static char first_bad[BYTES];

static void request(conn *c) {
  char b[256];
  c->last = (c->last + 7) % 256;
  c->length = 0;
  c->since = now();
  int n = snprintf(b, sizeof b, "GET /catalogue?page=3 HTTP/1.1\r\nhost: shop.example.org\r\nx-client: 192.0.2.%d\r\n\r\n",
                   c->last);
  if (send(c->fd, b, n, MSG_NOSIGNAL) != n) {
    perror("send");
    exit(3);
  }
}

/* The length of the response if it is complete, else 0. */
static size_t complete(conn *c) {
  c->in[c->length] = 0;
  char *end = strstr(c->in, "\r\n\r\n"), *length = strcasestr(c->in, "\r\ncontent-length:");
  if (!end) return 0;
  size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0, all = end + 4 - c->in + body;
  return c->length >= all ? all : 0;
}

static int is_right(conn *c) {
  char expected[32];
  if (plain) {
    strcpy(expected, "\r\nx-score: none\r\n");
  } else {
    snprintf(expected, sizeof expected, "\r\nx-score: %d\r\n", c->last % 101);
  }
  return !strncmp(c->in, "HTTP/1.1 200 ", 13) && strstr(c->in, expected) && complete(c) == c->length;
}

static void take(conn *c, int counts) {
  ssize_t k = recv(c->fd, c->in + c->length, BYTES - 1 - c->length, 0);
  if (k <= 0) {
    fprintf(stderr, "HAProxy closes a connection, or a response has more than %d bytes\n", BYTES - 1);
    exit(4);
  }
  c->length += k;
  if (!complete(c)) return;
  if (!is_right(c) && !bad++) strcpy(first_bad, c->in);
  responses++;
  if (counts) record(now() - c->since);
  request(c);
}

int main(int argc, char **argv) {
  if (argc < 7) {
    fprintf(stderr, "usage: httpload HOST PORT CONNS plain|score WARM SECONDS [PID...]\n");
    return 2;
  }
  int conns = atoi(argv[3]), ep = epoll_create1(0), pids = argc - 7;
  plain = !strcmp(argv[4], "plain");
  double cpu[16] = {0};
  if (pids > 16) return 2;
  conn *all = calloc(conns, sizeof *all);
  for (int i = 0; i < conns; i++) {
    all[i].fd = connect_to(argv[1], atoi(argv[2]));
    all[i].last = i * 31 % 256;
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = all + i};
    epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &ev);
    request(all + i);
  }
  uint64_t start = now(), measured = start + atof(argv[5]) * 1e9, end = measured + atof(argv[6]) * 1e9, from = 0, before = 0;
  uint64_t t;
  struct epoll_event evs[64];
  while ((t = now()) < end) {
    if (!from && t >= measured) {
      from = t;
      before = responses;
      for (int i = 0; i < pids; i++) cpu[i] = cpu_micros(atoi(argv[7 + i]));
    }
    int n = epoll_wait(ep, evs, 64, 100);
    for (int i = 0; i < n; i++) take(evs[i].data.ptr, from != 0);
  }
  if (!from) {
    fprintf(stderr, "this process was held up for longer than it was to measure\n");
    return 4;
  }
  uint64_t done = responses - before;
  printf("{\"requests\":%lu,\"rate\":%.1f,\"bad\":%lu,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f,\"cpu\":[", done,
         done / ((t - from) / 1e9), bad, percentile(.5), percentile(.99), percentile(.999), longest / 1e3);
  for (int i = 0; i < pids; i++)
    printf("%s%.4f", i ? "," : "", done ? (cpu_micros(atoi(argv[7 + i])) - cpu[i]) / done : 0);
  printf("]}\n");
  if (bad) fprintf(stderr, "%lu responses were wrong, the first:\n%s\n", bad, first_bad);
  return bad ? 5 : 0;
}
