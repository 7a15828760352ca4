package command

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/internal/f32"
)

// tool is a command with flags and a command of its own.
func tool(run func(ctx context.Context) error) *cobra.Command {
	root := &cobra.Command{
		Use: "tool",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return Unknown(cmd, args[0])
			}
			return nil
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return NotEmpty(cmd.Flags()) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return run(cmd.Context()) },
	}
	root.Flags().Int("epochs", 1, "make `N` passes")
	root.Flags().String("page", "", "write to `FILE`")
	root.Flags().Bool("quiet", false, "say little")
	sub := &cobra.Command{Use: "summary", RunE: func(*cobra.Command, []string) error { return nil }}
	sub.Flags().String("net", "a", "network `NAME`")
	root.AddCommand(sub)
	return root
}

// gone is what writing to a pipe without a reader returns.
var gone = &fs.PathError{Op: "write", Path: os.Stdout.Name(), Err: syscall.EPIPE}

// ran is what a run of the tool leaves.
func ran(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = Run(context.Background(), tool(func(context.Context) error { return nil }), args, &out, &err)
	return status, out.String(), err.String()
}

func TestUsageErrors(t *testing.T) {
	for args, want := range map[string]string{
		"--epoch 3":           "unknown flag: --epoch: did you mean --epochs?",
		"--epohcs 3":          "unknown flag: --epohcs: did you mean --epochs?",
		"--Page x":            "unknown flag: --Page: did you mean --page?",
		"--colour":            "unknown flag: --colour",
		"-epochs 3":           "unknown shorthand flag: 'e' in -epochs: did you mean --epochs?",
		"-epochs=3":           "unknown shorthand flag: 'e' in -epochs=3: did you mean --epochs?",
		"-epoch 3":            "unknown shorthand flag: 'e' in -epoch: did you mean --epochs?",
		"-x":                  "unknown shorthand flag: 'x' in -x",
		"-1":                  "unknown shorthand flag: '1' in -1",
		"sumary":              `unknown command "sumary": did you mean summary?`,
		"help sumary":         `unknown command "sumary": did you mean summary?`,
		"train":               `unknown command "train"`,
		"--epochs x":          `--epochs: want a whole number, got "x"`,
		"--page=":             "--page: want FILE, got an empty string",
		"--quiet --page= ":    "--page: want FILE, got an empty string",
		"summary --net=":      "--net: want NAME, got an empty string",
		"summary --epochs 3":  "unknown flag: --epochs",
		"summary --ne lenet5": "unknown flag: --ne: did you mean --net?",
	} {
		status, stdout, stderr := ran(strings.Fields(args)...)
		first, _, _ := strings.Cut(stderr, "\n")
		if status != 2 || stdout != "" || first != "tool: "+want || strings.Count(stderr, "\n") != 2 {
			t.Errorf("%s: want status 2 and %q, got %d, %q and %q", args, want, status, stdout, stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	status, stdout, stderr := ran("--version")
	want := regexp.MustCompile(`^tool (\(devel\)|v\S+) ` + regexp.QuoteMeta(runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+", kernels "+f32.Current().String()) + "\n$")
	if status != 0 || stderr != "" || !want.MatchString(stdout) {
		t.Errorf("want %v, got %d, %q and %q", want, status, stdout, stderr)
	}
	if _, help, _ := ran("--help"); !strings.Contains(help, "--version ") {
		t.Errorf("want --version in the help, got\n%s", help)
	}
}

func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		status int
		stderr string
	}{
		{"none", nil, 0, ""},
		{"failure", errors.New("no luck"), 1, "tool: no luck\n"},
		{"usage", Usagef("--page: %d", 7), 2, "tool: --page: 7\nRun 'tool --help' for usage.\n"},
		{"the reader has gone", errors.WithStack(gone), 141, ""},
		{"the reader of a file has gone", errors.WithMessage(gone.Err, "--json"), 1, "tool: --json: broken pipe\n"},
		{"a status of its own", &Exit{Status: 2, Err: errors.New("no file")}, 2, "tool: no file\n"},
		{"a status and nothing to say", errors.WithMessage(&Exit{Status: 3}, "differ"), 3, ""},
		{"a status, and the reader has gone", &Exit{Status: 2, Err: errors.WithStack(gone)}, 141, ""},
		{"a status, and the command line is to blame", &Exit{Status: 3, Err: Usagef("--page: %d", 7)}, 2, "tool: --page: 7\nRun 'tool --help' for usage.\n"},
		{"closed", io.ErrClosedPipe, 1, "tool: " + io.ErrClosedPipe.Error() + "\n"},
	} {
		var stderr bytes.Buffer
		status := Run(context.Background(), tool(func(context.Context) error { return tt.err }), nil, io.Discard, &stderr)
		if status != tt.status || stderr.String() != tt.stderr {
			t.Errorf("%s: want status %d and %q, got %d and %q", tt.name, tt.status, tt.stderr, status, &stderr)
		}
	}
}

// full is a device that has no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// TestHelpUnprinted is an error, however it is asked for.
func TestHelpUnprinted(t *testing.T) {
	for _, args := range []string{"--help", "help", "-h", "--version"} {
		var stderr bytes.Buffer
		cmd := tool(func(context.Context) error { return nil })
		if status := Run(t.Context(), cmd, []string{args}, full{}, &stderr); status != 1 || stderr.String() != "tool: no space left on device\n" {
			t.Errorf("%s: want status 1 and why, got %d and %q", args, status, &stderr)
		}
	}
}
