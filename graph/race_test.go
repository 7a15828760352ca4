//go:build race

package graph_test

// raced says that the race detector slows everything down.
const raced = true
