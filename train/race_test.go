//go:build race

package train

// raced says that the race detector slows everything down.
const raced = true
