// What this machine can do at most: multiply-adds and dot products of bytes on registers, and reads from memory, on a
// number of threads. Prints three numbers: GFLOP/s in f32, GB/s, and GOP/s in bytes (0 without such an instruction).
#define _GNU_SOURCE  // for pthread_setaffinity_np
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __AVX512F__
typedef __m512 vector;
enum { LANES = 16 };
#define SET _mm512_set1_ps
#define MULTIPLY_ADD _mm512_fmadd_ps
#else
typedef __m256 vector;
enum { LANES = 8 };
#define SET _mm256_set1_ps
#define MULTIPLY_ADD _mm256_fmadd_ps
#endif
enum { CHAINS = 12, STEPS = 2000000, BYTES = 256 << 20 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void *multiply(void *sink) {
  vector sums[CHAINS], factor = SET(0.999f);
  for (int i = 0; i < CHAINS; i++) sums[i] = SET((float)i);
  for (long step = 0; step < STEPS; step++) {
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) sums[i] = MULTIPLY_ADD(sums[i], factor, factor);
    __asm__ volatile("");
  }
  memcpy(sink, sums, sizeof sums);
  return NULL;
}

#ifdef __AVX512VNNI__
enum { BYTE_OPERATIONS = 2 * 4 * 16 };

static void *multiply_bytes(void *sink) {
  __m512i sums[CHAINS], factor = _mm512_set1_epi8(3);
  for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_set1_epi32(i);
  for (long step = 0; step < STEPS; step++) {
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_dpbusd_epi32(sums[i], factor, factor);
    __asm__ volatile("");
  }
  memcpy(sink, sums, sizeof sums);
  return NULL;
}
#endif

static void *read_all(void *block) {
  const __m256i *words = block;
  __m256i sum[4] = {0};
  for (long i = 0; i < BYTES / 32; i += 4)
    for (int k = 0; k < 4; k++) sum[k] = _mm256_xor_si256(sum[k], words[i + k]);
  __asm__ volatile("" ::"x"(sum[0]), "x"(sum[1]), "x"(sum[2]), "x"(sum[3]));
  return NULL;
}

/// Keeps the calling thread on one of the CPUs: otherwise it may take the system long to spread the threads.
static void stay(int place) {
  cpu_set_t allowed, one;
  if (pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed) != 0) return;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed) || place-- > 0) continue;
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    return;
  }
}

typedef struct task {
  void *(*work)(void *);
  void *block;
  int place;
} task;

static void *run(void *argument) {
  task *task = argument;
  stay(task->place);
  return task->work(task->block);
}

static double seconds(void *(*work)(void *), void **blocks, int threads) {
  double least = 1e9;
  task tasks[64];
  for (int i = 0; i < threads; i++) tasks[i] = (task){work, blocks[i], i};
  for (int repeat = 0; repeat < 4; repeat++) {
    pthread_t handles[64];
    double start = now();
    for (int i = 0; i < threads; i++) pthread_create(&handles[i], NULL, run, &tasks[i]);
    for (int i = 0; i < threads; i++) pthread_join(handles[i], NULL);
    double time = now() - start;
    if (time < least) least = time;
  }
  return least;
}

int main(int count, char **texts) {
  int threads = count > 1 ? atoi(texts[1]) : 1;
  if (threads < 1 || threads > 64) return 1;
  void *blocks[64];
  for (int i = 0; i < threads; i++) {
    blocks[i] = aligned_alloc(64, BYTES);
    if (!blocks[i]) return 1;
    memset(blocks[i], i + 1, BYTES);
  }
  double operations = 2.0 * CHAINS * LANES * STEPS * threads;
  printf("%.1f ", 1e-9 * operations / seconds(multiply, blocks, threads));
  printf("%.1f ", 1e-9 * (double)BYTES * threads / seconds(read_all, blocks, threads));
#ifdef __AVX512VNNI__
  operations = (double)BYTE_OPERATIONS * CHAINS * STEPS * threads;
  printf("%.1f\n", 1e-9 * operations / seconds(multiply_bytes, blocks, threads));
#else
  printf("0\n");
#endif
  return 0;
}
