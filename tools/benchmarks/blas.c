// The time of a matrix product in OpenBLAS: `blas M K N SECONDS` prints the median in seconds.
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static float *matrix(int rows, int columns) {
  float *elements = aligned_alloc(64, ((size_t)rows * columns * sizeof(float) + 63) / 64 * 64);
  for (long i = 0; i < (long)rows * columns; i++) elements[i] = (float)(i % 17) / 17;
  return elements;
}

int main(int count, char **texts) {
  if (count != 5) return 1;
  int m = atoi(texts[1]), k = atoi(texts[2]), n = atoi(texts[3]);
  double end = 0;
  float *a = matrix(m, k), *b = matrix(k, n), *c = matrix(m, n);
  enum { MOST = 100000 };
  static double times[MOST];
  int calls = 0;
  for (int call = -2; calls < MOST && (calls < 5 || now() < end); call++) {
    double start = now();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
    if (call == -1) end = now() + atof(texts[4]);
    if (call >= 0) times[calls++] = now() - start;
  }
  qsort(times, (size_t)calls, sizeof *times, ascending);
  printf("%.9f\n", times[calls / 2]);
  return 0;
}
