package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A program that is no kernel is an error in good time.
func TestDoctorOnWhatDoesNotStart(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"one that ends", "echo broken >&2; exit 3", "the kernel ended: exit status 3\nbroken"},
		{"one that hangs", "exec sleep 60", "the kernel does not listen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			text, err := json.Marshal(spec{Argv: []string{"/bin/sh", "-c", c.script}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "kernel.json"), text, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err = doctor{dir: dir}.starts(ctx)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestPrefix(t *testing.T) {
	empty, missing := "", filepath.Join(t.TempDir(), "missing")
	for _, p := range []*string{&empty, &missing} {
		if dir, err := kernelDir(p); err == nil || !strings.HasPrefix(err.Error(), "--prefix: want") {
			t.Errorf("%q: got %q, %v", *p, dir, err)
		}
	}
}
