//go:build linux || darwin

package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is a command to be interrupted where a test runs it as one.
func TestMain(m *testing.M) {
	what := os.Getenv("COMMAND_TEST")
	if what == "" {
		os.Exit(m.Run())
	}
	Main(func(ctx context.Context, _ []string, stdout, stderr io.Writer) int {
		return Run(ctx, tool(func(ctx context.Context) error { return child(ctx, what) }), nil, stdout, stderr)
	})
}

// child is what the command does that a test interrupts.
func child(ctx context.Context, what string) error {
	fmt.Println("ready")
	switch what {
	case "end": // in good order
		<-ctx.Done()
		return ctx.Err()
	case "linger": // over what is left to do
		<-ctx.Done()
		fmt.Println("again")
		time.Sleep(10 * time.Second)
	case "write": // until it fails, and then tell elsewhere
		for {
			if _, err := fmt.Println("more"); err != nil {
				fmt.Fprintln(os.Stderr, "not lost")
				return err
			}
		}
	}
	return nil
}

// begin starts the command, and waits until it is ready.
func begin(t *testing.T, what string) (cmd *exec.Cmd, stdout *bufio.Reader, pipe io.Closer, stderr *strings.Builder) {
	t.Helper()
	cmd, stderr = exec.Command(os.Args[0]), &strings.Builder{}
	cmd.Env = append(os.Environ(), "COMMAND_TEST="+what)
	cmd.Stderr = stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	stdout = bufio.NewReader(out)
	await(t, stdout, "ready\n")
	return cmd, stdout, out, stderr
}

func await(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	if line, err := r.ReadString('\n'); line != want {
		t.Fatalf("want %q, got %q and error %v", want, line, err)
	}
}

// listening has a hang-up not ignored by children, whatever began the tests:
// what a process ignores, its children do, but not what it handles.
func listening(t *testing.T) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(heard) })
}

func TestSignals(t *testing.T) {
	listening(t)
	for s, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		cmd, _, _, stderr := begin(t, "end")
		cmd.Process.Signal(s)
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != want || stderr.String() != "tool: interrupted\n" {
			t.Errorf("%v: want status %d, got %d and %q", s, want, got, stderr)
		}
	}
}

// TestSecondSignal ends at once, by the signal itself, a command that has more
// to do.
func TestSecondSignal(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd, stdout, _, _ := begin(t, "linger")
		cmd.Process.Signal(s)
		await(t, stdout, "again\n")
		start := time.Now()
		cmd.Process.Signal(s)
		cmd.Wait()
		if ws := cmd.ProcessState.Sys().(syscall.WaitStatus); !ws.Signaled() || ws.Signal() != s || time.Since(start) > 5*time.Second {
			t.Errorf("%v: want an end by it at once, got %v after %v", s, cmd.ProcessState, time.Since(start))
		}
	}
}

// TestSecondHangUp ends nothing, and neither does the first under nohup.
func TestSecondHangUp(t *testing.T) {
	listening(t)
	cmd, stdout, _, _ := begin(t, "linger")
	cmd.Process.Signal(syscall.SIGHUP)
	await(t, stdout, "again\n")
	cmd.Process.Signal(syscall.SIGHUP)
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if ws := cmd.ProcessState.Sys().(syscall.WaitStatus); !ws.Signaled() || ws.Signal() != syscall.SIGTERM {
		t.Errorf("want an end by SIGTERM, got %v", cmd.ProcessState)
	}
	signal.Ignore(syscall.SIGHUP) // which a child inherits
	defer signal.Reset(syscall.SIGHUP)
	cmd, _, _, _ = begin(t, "end")
	cmd.Process.Signal(syscall.SIGHUP)
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 143 {
		t.Errorf("ignored: want status 143, got %v", cmd.ProcessState)
	}
}

// TestReaderGone closes what a command writes to: it must get to know, and not
// be killed, as it may have other things to write.
func TestReaderGone(t *testing.T) {
	cmd, _, pipe, stderr := begin(t, "write")
	pipe.Close()
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 141 || stderr.String() != "not lost\n" {
		t.Errorf("want status 141 and nothing said, got %v and %q", cmd.ProcessState, stderr)
	}
}
