//go:build race

package serve_test

// raced says that the race detector slows everything down.
const raced = true
