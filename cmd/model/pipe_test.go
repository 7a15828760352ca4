//go:build linux || darwin

package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestPipes are refused at once: to open one is to wait for one that writes.
func TestPipes(t *testing.T) {
	folder(t)
	for _, name := range []string{"a.safetensors", "a.npz", "a.npy"} {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Skip(err)
		}
		got := runModel("inspect", name)
		if want := "model: " + name + ": want a regular file, got a folder, a pipe or a device\n"; got.status != 1 || !strings.HasPrefix(got.stderr, want) {
			t.Errorf("want %q, got %+v", want, got)
		}
	}
}
