// The times of matrix products: `products ENGINE THREADS SECONDS WEIGHTS < SHAPES`.
//
// The engine is `dlc`, the entries p0, p1, … of the model that this is linked with, or `openblas`, or `check`, which
// prints how far the results of the two are apart. A shape is a line of seven integers: m, k, n, batch, whether the left
// and the right operand are transposed, and whether the right one is known to the model. For each the median time of a
// call is printed, in seconds.
#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dlc_support.h"
#include "products.h"

typedef struct shape {
  long m, k, n, batch;
  int left_transposed, right_transposed, is_known;
} shape;

typedef struct problem {
  shape shape;
  float *a, *b, *c;
  const dlc_entry *entry;
  dlc_call call;
} problem;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void *allocate(size_t size) {
  void *memory = aligned_alloc(64, (size + 64) / 64 * 64);
  if (memory) memset(memory, 0, size);
  return memory;
}

static float *numbers(long count) {
  float *elements = allocate((size_t)count * sizeof(float));
  unsigned state = 1;
  for (long i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    elements[i] = (float)(state >> 8) / (1 << 23) - 1;
  }
  return elements;
}

static void call_openblas(const problem *p) {
  const shape *s = &p->shape;
  for (long i = 0; i < s->batch; i++)
    cblas_sgemm(CblasRowMajor, s->left_transposed ? CblasTrans : CblasNoTrans,
                s->right_transposed ? CblasTrans : CblasNoTrans, (int)s->m, (int)s->n, (int)s->k, 1,
                p->a + i * s->m * s->k, (int)(s->left_transposed ? s->m : s->k), p->b + i * s->k * s->n,
                (int)(s->right_transposed ? s->k : s->n), 0, p->c + i * s->m * s->n, (int)s->n);
}

static void call_dlc(const problem *p) { p->entry->run(&p->call); }

/// The median over samples of many calls each, so that the clock doesn't count.
static double median(void (*call)(const problem *), const problem *p, double seconds) {
  enum { MOST = 20000 };
  static double times[MOST];
  long calls = 1;
  call(p);
  for (;; calls *= 2) {
    double start = now();
    for (long i = 0; i < calls; i++) call(p);
    if (now() - start > 10e-6) break;
  }
  int samples = 0;
  for (double end = now() + seconds; samples < MOST && (samples < 3 || now() < end);) {
    double start = now();
    for (long i = 0; i < calls; i++) call(p);
    times[samples++] = (now() - start) / (double)calls;
  }
  qsort(times, (size_t)samples, sizeof *times, ascending);
  return times[samples / 2];
}

/// The greatest difference of the two results, relative to the greatest magnitude.
static double difference(const problem *p) {
  long count = p->shape.batch * p->shape.m * p->shape.n;
  call_openblas(p);
  float *expected = allocate((size_t)count * sizeof(float));
  memcpy(expected, p->c, (size_t)count * sizeof(float));
  memset(p->c, 0xff, (size_t)count * sizeof(float));
  call_dlc(p);
  double greatest = 0, magnitude = 0;
  for (long i = 0; i < count; i++) {
    double distance = fabs((double)p->c[i] - expected[i]);
    if (!(distance <= greatest)) greatest = distance;
    magnitude = fmax(magnitude, fabs(expected[i]));
  }
  free(expected);
  return greatest / magnitude;
}

static void *weights(const char *path) {
  void *data = allocate(PRODUCTS_WEIGHTS_SIZE);
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, sizeof(dlc_weights_header), SEEK_SET) != 0 ||
      fread(data, 1, PRODUCTS_WEIGHTS_SIZE, file) != PRODUCTS_WEIGHTS_SIZE)
    exit(1);
  fclose(file);
  return data;
}

int main(int count, char **texts) {
  if (count != 5) return 1;
  const char *engine = texts[1];
  bool is_dlc = strcmp(engine, "dlc") == 0, checks = strcmp(engine, "check") == 0;
  int threads = atoi(texts[2]);
  dlc_pool *pool = is_dlc && threads > 1 ? dlc_pool_create(threads) : NULL;
  dlc_executor executor = pool ? dlc_pool_executor(pool) : (dlc_executor){0};
  void *data = is_dlc || checks ? weights(texts[4]) : NULL;
  problem p;
  shape *s = &p.shape;
  for (int i = 0; scanf("%ld %ld %ld %ld %d %d %d", &s->m, &s->k, &s->n, &s->batch, &s->left_transposed,
                        &s->right_transposed, &s->is_known) == 7; i++) {
    p.a = numbers(s->batch * s->m * s->k), p.b = numbers(s->batch * s->k * s->n);
    p.c = numbers(s->batch * s->m * s->n);
    p.entry = &Products_model.entries[i];
    const void *inputs[] = {p.a, p.b};
    void *outputs[] = {p.c}, *workspace = allocate((size_t)p.entry->workspace_size);
    p.call = (dlc_call){data, workspace, inputs, outputs, NULL, NULL, pool ? &executor : NULL};
    if (checks) printf("%g\n", s->is_known ? 0 : difference(&p));
    else printf("%.10f\n", median(is_dlc ? call_dlc : call_openblas, &p, atof(texts[3])));
    fflush(stdout);
    free(p.a), free(p.b), free(p.c), free(workspace);
  }
  dlc_pool_destroy(pool);
  return 0;
}
