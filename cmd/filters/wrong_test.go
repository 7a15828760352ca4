package main

import (
	"testing"

	"euryale/cmd/internal/commandtest"
	"euryale/internal/wrong"
)

// TestEveryFlagAskedWrongly asks each command.
func TestEveryFlagAskedWrongly(t *testing.T) {
	t.Chdir(t.TempDir())
	asked := func(before ...string) func(args ...string) (int, string) {
		return func(args ...string) (int, string) {
			got := runFilters(append(append([]string{}, before...), args...)...)
			return got.status, got.stderr
		}
	}
	root := rootCommand()
	wrong.Flags(t, root.Flags(), asked())
	for _, cmd := range root.Commands() {
		wrong.Flags(t, cmd.Flags(), asked(cmd.Name()))
	}
	commandtest.WantFiles(t)
}

// TestNearFilters suggests the name that was meant.
func TestNearFilters(t *testing.T) {
	for _, tt := range []struct {
		args    []string
		want    string
		command string
	}{
		{[]string{"--filter", "blur,embos"}, `--filter: want names that 'filters list' prints, got "embos": did you mean emboss?`, "filters"},
		{[]string{"list", "sharpn"}, `list: want names that 'filters list' prints, got "sharpn": did you mean sharpen?`, "filters list"},
		{[]string{"explain", "--at", "1,2", "--filter", "qqq"}, `--filter: want names that 'filters list' prints, got "qqq"`, "filters explain"},
		{[]string{"--edges", "clmp"}, `--edges: want wrap, clamp or valid, got "clmp": did you mean clamp?`, "filters"},
		{[]string{"--filtr", "blur"}, "unknown flag: --filtr: did you mean --filter?", "filters"},
	} {
		commandtest.Want(t, result{2, "", "filters: " + tt.want + "\nRun '" + tt.command + " --help' for usage.\n"}, runFilters(tt.args...))
	}
}
