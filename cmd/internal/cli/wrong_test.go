package cli

import (
	"bytes"
	"context"
	"io"
	"testing"

	"euryale/internal/wrong"
)

// TestEveryFlagAskedWrongly asks each command of the lessons.
func TestEveryFlagAskedWrongly(t *testing.T) {
	for _, lesson := range []Lesson{digits, fashion, ownImages} {
		root := rootCommand(lesson)
		wrong.Flags(t, root.Flags(), asked(lesson))
		for _, cmd := range root.Commands() {
			before := []string{cmd.Name()}
			if cmd.Name() == "summary" {
				before = append(before, "--plan") // without which the engine says nothing
			}
			wrong.Flags(t, cmd.Flags(), asked(lesson, before...))
		}
	}
}

// asked runs a lesson with some arguments before others, interrupted: what is
// taken trains nothing.
func asked(l Lesson, before ...string) func(args ...string) (int, string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return func(args ...string) (int, string) {
		var stderr bytes.Buffer
		status := Run(ctx, l, append(append([]string{}, before...), args...), io.Discard, &stderr)
		return status, stderr.String()
	}
}
