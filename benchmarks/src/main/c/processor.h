/* What a process has used of the processors so far. */
#ifndef PROCESSOR_H
#define PROCESSOR_H
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In microseconds; 0 for the process 0, which stands for none. */
static inline double cpu_micros(int pid) {
  if (!pid) return 0;
  char name[64], text[1024];
  snprintf(name, sizeof name, "/proc/%d/stat", pid);
  int fd = open(name, O_RDONLY);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (n <= 0) {
    fprintf(stderr, "process %d is gone\n", pid);
    exit(4);
  }
  close(fd);
  text[n] = 0;
  unsigned long user = 0, kernel = 0;
  sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
  return (user + kernel) * 1e6 / sysconf(_SC_CLK_TCK);
}
#endif
