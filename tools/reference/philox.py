"""Philox4x32-10, and what the library's `random` makes of its words, in NumPy."""

import numpy as np

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
INCREMENTS = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def philox(counter, key):
    """The four words for counters of four words and keys of two."""
    a, b, c, d = (np.asarray(word, np.uint64) for word in counter)
    k, m = (np.asarray(word, np.uint64) for word in key)
    for _ in range(10):
        p, q = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b, c, d = (q >> HALF) ^ b ^ k, q & LOW, (p >> HALF) ^ d ^ m, p & LOW
        k, m = (k + INCREMENTS[0]) & LOW, (m + INCREMENTS[1]) & LOW
    return a, b, c, d


def words(seed, shape, stream=0):
    """The words of each element of a tensor."""
    place = np.arange(int(np.prod(shape)), dtype=np.uint64).reshape(shape)
    seed, stream = (np.array(value, np.int64).astype(np.uint64) for value in (seed, stream))
    return philox((place & LOW, place >> HALF, stream & LOW, stream >> HALF), (seed & LOW, seed >> HALF))


def fraction(word):
    return (word >> np.uint64(8)).astype(np.float64) * 2.0**-24


def positive(word):
    """Rounded to f32, as the library computes it."""
    high = (word >> np.uint64(1)).astype(np.int32).astype(np.float32)
    return (high * np.float32(2.0**-31) + np.float32(2.0**-32)).astype(np.float64)


def bits(seed, shape, stream=0):
    return words(seed, shape, stream)[0].astype(np.int64)


def uniform(seed, shape, stream=0):
    return fraction(words(seed, shape, stream)[0])


def normal(seed, shape, stream=0):
    a, b, _, _ = words(seed, shape, stream)
    return np.sqrt(-2 * np.log(positive(a))) * np.cos(2 * np.pi * fraction(b))


def exponential(seed, shape, stream=0):
    return -np.log1p(-np.minimum(positive(words(seed, shape, stream)[0]), 1 - 2.0**-24))


def gumbel(seed, shape, stream=0):
    return -np.log(exponential(seed, shape, stream))


def categorical(seed, logits, stream=0):
    logits = np.asarray(logits, np.float64)
    return np.argmax(logits + gumbel(seed, logits.shape, stream), -1)
