//go:build race

package cli

// raced says that the race detector slows everything down.
const raced = true
