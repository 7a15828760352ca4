//go:build !linux

package memory

// Total is the machine's memory in bytes, and 0 where that is not known.
func Total() uint64 { return 0 }

// Peak is the most memory that the process has had resident at once, in bytes, and
// 0 where that is not known.
func Peak() uint64 { return 0 }
