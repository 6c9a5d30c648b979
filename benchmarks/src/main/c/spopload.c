/* spopload: an SPOP engine for measuring agents. One epoll thread opens CONNS connections, says HELLO (pipelining), and
 * sends NOTIFYs. Every ACK is checked: its ids are in flight, FIN is set, and it sets ip_score to (last byte of ip) % 101.
 *   closed loop (RATE 0): DEPTH NOTIFYs are in flight on each connection, always; latency counts from when one was written.
 *   open loop: RATE NOTIFYs per second on all connections together, each due at its own moment, at most DEPTH in flight on
 *     a connection. Latency counts from when a NOTIFY was due, so one that had to wait for others is as late as it is.
 * What was due in the WARM seconds is not counted. Prints one JSON object: latencies in microseconds, and the agent's CPU
 * microseconds per ACK.
 * usage: spopload HOST PORT CONNS DEPTH small|http RATE WARM SECONDS AGENT_PID */
#define _GNU_SOURCE
#include "histogram.h"
#include "processor.h"
#include "spop.h"
#include <errno.h>
#include <sys/epoll.h>

#define BYTES (1 << 18)
#define LONGEST_NOTIFY 2048
#define GRACE 10000000000ull /* for the last ACKs of an open loop */

typedef struct {
  int fd, greeted, in_flight, awaits_room, *free_slots;
  uint8_t *in, *out, *last;
  size_t in_length, out_length, out_sent;
  uint64_t number, *since, *stream;
} conn;

static int conns, depth, http;
static double rate;
static uint64_t acks, bad, first, last_due, in_flight;

/* When the n-th NOTIFY of a connection is due: they take turns. */
static uint64_t due(int c, uint64_t n) { return first + (n * conns + c) / rate * 1e9; }

static void fill(conn *c, int index, uint64_t t) {
  while (c->in_flight < depth && c->out_length + LONGEST_NOTIFY < BYTES) {
    uint64_t since = t;
    if (rate > 0) {
      since = due(index, c->number);
      if (since > t || since >= last_due) break;
    }
    int k = c->free_slots[c->in_flight++];
    uint64_t id = c->number++;
    c->last[k] = id * 7 + 3;
    c->since[k] = since;
    c->stream[k] = id * depth + k + 1;
    in_flight++;
    c->out_length = put_notify(c->out + c->out_length, c->stream[k], 1, c->last[k], http) - c->out;
  }
}

/* Returns whether something is left that the agent does not take yet. */
static int flush(conn *c) {
  while (c->out_sent < c->out_length) {
    ssize_t n = send(c->fd, c->out + c->out_sent, c->out_length - c->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n < 0) {
      perror("send");
      exit(3);
    }
    c->out_sent += n;
  }
  c->out_length = c->out_sent = 0;
  return 0;
}

static int is_score(const uint8_t *q, const uint8_t *e, int expected) {
  static const uint8_t SET[] = "\1\3\1\10ip_score"; /* SET-VAR, 3 arguments, sess */
  uint64_t v = 0;
  if (e - q < 14 || memcmp(q, SET, 12)) return 0;
  int type = q[12] & 15;
  return type >= INT32 && type <= UINT64 && get_varint(q + 13, e, &v) == e && v == (uint64_t)expected;
}

static void take_ack(conn *c, const uint8_t *p, const uint8_t *e, uint64_t t, uint64_t counted_from) {
  uint64_t stream = 0, frame = 0;
  if (p[0] == AGENT_DISCONNECT) {
    fprintf(stderr, "the agent disconnects\n");
    exit(4);
  }
  const uint8_t *q = p[0] == ACK && p[4] == 1 ? get_varint(p + 5, e, &stream) : NULL;
  if (q) q = get_varint(q, e, &frame);
  int k = q && stream ? (stream - 1) % depth : 0;
  if (!q || !stream || c->stream[k] != stream || frame != 1) {
    bad++;
    return;
  }
  c->stream[k] = 0;
  c->free_slots[--c->in_flight] = k;
  in_flight--;
  acks++;
  if (!is_score(q, e, c->last[k] % 101)) bad++;
  if (counted_from && c->since[k] >= counted_from) record(t > c->since[k] ? t - c->since[k] : 0);
}

static void take(conn *c, uint64_t counted_from) {
  ssize_t k = recv(c->fd, c->in + c->in_length, BYTES - c->in_length, MSG_DONTWAIT);
  if (k == 0) {
    fprintf(stderr, "the agent closes a connection\n");
    exit(4);
  }
  if (k < 0) {
    if (errno == EAGAIN) return;
    perror("recv");
    exit(3);
  }
  c->in_length += k;
  size_t o = 0;
  uint64_t t = now();
  while (c->in_length - o >= 4) {
    uint32_t n = frame_length(c->in + o);
    if (c->in_length - o - 4 < n) break;
    const uint8_t *p = c->in + o + 4;
    if (c->greeted) {
      take_ack(c, p, p + n, t, counted_from);
    } else if (p[0] == AGENT_HELLO) {
      c->greeted = 1;
    } else {
      fprintf(stderr, "no AGENT-HELLO but a frame of type %d\n", p[0]);
      exit(4);
    }
    o += 4 + n;
  }
  memmove(c->in, c->in + o, c->in_length - o);
  c->in_length -= o;
}

static void open_connection(conn *c, const char *host, int port) {
  *c = (conn){.fd = connect_to(host, port), .in = malloc(BYTES), .out = malloc(BYTES)};
  c->since = calloc(depth, sizeof *c->since);
  c->stream = calloc(depth, sizeof *c->stream);
  c->free_slots = calloc(depth, sizeof *c->free_slots);
  c->last = calloc(depth, 1);
  for (int k = 0; k < depth; k++) c->free_slots[k] = k;
  c->out_length = put_hello(c->out) - c->out;
  flush(c);
}

static void send_due(int ep, conn *c, int index) {
  if (c->greeted) fill(c, index, now());
  int rest = flush(c);
  if (rest != c->awaits_room) {
    struct epoll_event ev = {.events = EPOLLIN | (rest ? EPOLLOUT : 0), .data.u32 = index};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
    c->awaits_room = rest;
  }
}

int main(int argc, char **argv) {
  if (argc != 10) {
    fprintf(stderr, "usage: spopload HOST PORT CONNS DEPTH small|http RATE WARM SECONDS AGENT_PID\n");
    return 2;
  }
  conns = atoi(argv[3]);
  depth = atoi(argv[4]);
  http = !strcmp(argv[5], "http");
  rate = atof(argv[6]);
  double warm = atof(argv[7]), seconds = atof(argv[8]);
  int pid = atoi(argv[9]), ep = epoll_create1(0);
  conn *all = calloc(conns, sizeof *all);
  for (int i = 0; i < conns; i++) {
    open_connection(all + i, argv[1], atoi(argv[2]));
    struct epoll_event ev = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &ev);
  }

  first = now() + (rate > 0 ? 100000000 : 0); /* every connection has said HELLO by then */
  uint64_t measured = first + warm * 1e9, counted_from = 0, before = 0, done = 0;
  double cpu = 0, took = 0;
  last_due = measured + seconds * 1e9;
  struct epoll_event evs[64];
  for (;;) {
    uint64_t t = now();
    if (!counted_from && t >= measured) {
      counted_from = t;
      before = acks;
      cpu = cpu_micros(pid);
    }
    if (!done && t >= last_due) {
      done = acks - before;
      took = (t - counted_from) / 1e9;
      cpu = cpu_micros(pid) - cpu;
    }
    /* an open loop has to see the slowest answers too */
    if (t >= last_due && (rate == 0 || (!in_flight && t > last_due + GRACE / 100))) break;
    if (t >= last_due + GRACE) {
      fprintf(stderr, "%lu NOTIFYs had no ACK %llu s after the last was due\n", in_flight, GRACE / 1000000000);
      return 4;
    }
    /* by time an open loop does not sleep: to be woken up late would count as latency of the agent */
    int n = epoll_wait(ep, evs, 64, rate > 0 ? 0 : 100);
    for (int i = 0; i < n; i++) {
      conn *c = all + evs[i].data.u32;
      take(c, counted_from);
      send_due(ep, c, evs[i].data.u32);
    }
    if (rate > 0)
      for (int i = 0; i < conns; i++)
        if (all[i].out_length == 0) send_due(ep, all + i, i);
  }
  if (took <= 0) {
    fprintf(stderr, "this process was held up for longer than it was to measure\n");
    return 4;
  }
  printf("{\"acks\":%lu,\"rate\":%.1f,\"bad\":%lu,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f,\"cpu\":%.4f}\n",
         done, done / took, bad, percentile(.5), percentile(.99), percentile(.999), longest / 1e3,
         done ? cpu / done : 0);
  return bad ? 5 : 0;
}
