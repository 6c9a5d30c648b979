/* spopidle: opens CONNS connections to an agent, says HELLO on each, prints a line, and holds them until standard input
 * ends. Exit 4 when the agent has closed one of them meanwhile, or sent more than its HELLO.
 * usage: spopidle HOST PORT CONNS */
#define _GNU_SOURCE
#include "spop.h"
#include <errno.h>
#include <sys/resource.h>

static void say_hello(int fd) {
  uint8_t b[512];
  size_t n = put_hello(b) - b, got = 0;
  if (send(fd, b, n, MSG_NOSIGNAL) != (ssize_t)n) {
    perror("send");
    exit(3);
  }
  while (got < 4 || got < 4 + frame_length(b)) {
    ssize_t k = recv(fd, b + got, sizeof b - got, 0);
    if (k <= 0) {
      fprintf(stderr, "the agent closes a connection instead of saying HELLO\n");
      exit(4);
    }
    got += k;
  }
  if (b[4] != AGENT_HELLO) {
    fprintf(stderr, "no AGENT-HELLO but a frame of type %d\n", b[4]);
    exit(4);
  }
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: spopidle HOST PORT CONNS\n");
    return 2;
  }
  int conns = atoi(argv[3]), *fds = calloc(conns, sizeof *fds);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max < (rlim_t)conns + 100) {
    fprintf(stderr, "%d connections need more open files than the %lu of ulimit -Hn\n", conns, (unsigned long)files.rlim_max);
    return 3;
  }
  for (int i = 0; i < conns; i++) say_hello(fds[i] = connect_to(argv[1], atoi(argv[2])));
  printf("%d connections\n", conns);
  fflush(stdout);
  while (getchar() != EOF) {
  }
  for (int i = 0; i < conns; i++) {
    uint8_t b;
    if (recv(fds[i], &b, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN) {
      fprintf(stderr, "a connection did not stay idle\n");
      return 4;
    }
  }
  return 0;
}
