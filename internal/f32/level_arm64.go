//go:build !purego

package f32

// detect needs not look: every arm64 processor that Go runs on has NEON.
func detect() []Level { return []Level{Generic, NEON} }
