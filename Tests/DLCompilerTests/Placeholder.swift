// The tests of the compiler as a whole.
