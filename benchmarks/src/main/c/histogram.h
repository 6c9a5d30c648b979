/* Latencies in nanoseconds, each counted to within one percent, however many there are. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

enum { SUB_BITS = 7, SUBS = 1 << SUB_BITS };
static uint64_t counts[(64 - SUB_BITS + 1) * SUBS], recorded, longest;

static inline void record(uint64_t ns) {
  int shift = ns < SUBS ? 0 : 64 - SUB_BITS - __builtin_clzll(ns);
  counts[shift * SUBS + (ns >> shift)]++;
  recorded++;
  if (ns > longest) longest = ns;
}

/* In microseconds: the upper end of the bucket that holds it. */
static inline double percentile(double share) {
  uint64_t rank = share * recorded, seen = 0;
  for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
    if ((seen += counts[i]) > rank) return ((i % SUBS + 1ull) << i / SUBS) / 1e3;
  return longest / 1e3;
}
#endif
