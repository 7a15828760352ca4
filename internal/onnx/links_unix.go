//go:build unix

package onnx

import (
	"os"
	"syscall"
)

// links is the number of names that a file has.
func links(info os.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Nlink)
	}
	return 1
}
