//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// launchers are those of which a job is tried, with the arguments before the number
// of ranks.
var launchers = []struct {
	name string
	args []string
}{
	{"mpirun.openmpi", []string{"--bind-to", "none", "--oversubscribe", "-n"}},
	{"mpiexec.mpich", []string{"-n"}},
}

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ranks")
	if err != nil {
		panic(err)
	}
	status := func() int {
		defer os.RemoveAll(dir)
		if installed() {
			binary = filepath.Join(dir, "ranks")
			build := exec.Command("go", "build", "-o", binary, ".")
			build.Env = append(os.Environ(), "CGO_ENABLED=0")
			if out, err := build.CombinedOutput(); err != nil {
				fmt.Printf("%v\n%s", err, out)
				return 1
			}
		}
		return m.Run()
	}()
	os.Exit(status)
}

func installed() bool {
	for _, l := range launchers {
		if _, err := exec.LookPath(l.name); err == nil {
			return true
		}
	}
	return false
}

// job is ranks under a launcher.
type job struct {
	launcher int
	ranks    int // 0 means without one
	args     []string
	env      []string
	during   func(t *testing.T, launcher *os.Process) // while it runs
}

// run is what a job prints, and its exit status.
func (j job) run(t *testing.T) (out string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	name, args := binary, j.args
	if j.ranks > 0 {
		l := launchers[j.launcher]
		if _, err := exec.LookPath(l.name); err != nil {
			t.Skip(l.name + " is not installed")
		}
		name = l.name
		args = append(append(append([]string{}, l.args...), strconv.Itoa(j.ranks), binary), j.args...)
	} else if binary == "" {
		t.Skip("no MPI is installed")
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"), j.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 5 * time.Second
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	if j.during != nil {
		j.during(t, cmd.Process)
	}
	cmd.Wait()
	if ctx.Err() != nil {
		t.Fatalf("%v %v: did not end\n%s", name, args, text.String())
	}
	return text.String(), cmd.ProcessState.ExitCode()
}

// digits are the arguments of a short run, and more.
func digits(more ...string) []string {
	return append([]string{"digits", "--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "64", "--epochs", "2", "--stop-at", "0", "--dropout", "0.2"}, more...)
}

// sum is the checksum of a file.
func sum(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(b))
}

// each runs a test with each launcher.
func each(t *testing.T, f func(t *testing.T, launcher int)) {
	for i, l := range launchers {
		t.Run(l.name, func(t *testing.T) { f(t, i) })
	}
}

// One, two and four processes write the same file.
func TestSameBits(t *testing.T) {
	dir := t.TempDir()
	alone := filepath.Join(dir, "alone.safetensors")
	if out, status := (job{args: digits("--save", alone)}).run(t); status != 0 {
		t.Fatal(status, out)
	}
	each(t, func(t *testing.T, launcher int) {
		for _, ranks := range []int{2, 4} {
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.safetensors", launcher, ranks))
			args := append([]string{"--verify", "3"}, digits("--save", path)...)
			out, status := job{launcher: launcher, ranks: ranks, args: args}.run(t)
			if status != 0 {
				t.Fatal(status, out)
			}
			if strings.Count(out, "Wrote ") != 1 {
				t.Errorf("%d ranks: want one that prints, got\n%s", ranks, out)
			}
			if sum(t, path) != sum(t, alone) {
				t.Errorf("%d ranks: want the file of one rank, got another", ranks)
			}
		}
	})
}

// What cannot be is one line, and the status is not 0.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, launcher int) {
		for _, c := range []struct {
			name  string
			ranks int
			args  []string
			env   []string
			want  string
		}{
			{"three ranks", 3, digits(), nil, "want 1, 2, 4 or 8 ranks"},
			{"no such network", 2, digits("--net", "none"), nil, "none"},
			{"no such library", 2, append([]string{"--mpi", "/none/libmpi.so"}, digits()...), nil, "want an MPI library"},
		} {
			out, status := job{launcher: launcher, ranks: c.ranks, args: c.args, env: c.env}.run(t)
			if status == 0 || !strings.Contains(out, c.want) {
				t.Errorf("%s: want an error with %q, got status %d\n%s", c.name, c.want, status, out)
			}
		}
	})
}

// A library of another MPI than the launcher's would have each rank train alone.
func TestOtherLauncher(t *testing.T) {
	for i, library := range []string{"libmpich.so.12", "libmpi.so.40"} {
		t.Run(launchers[i].name, func(t *testing.T) {
			if _, err := exec.LookPath(launchers[1-i].name); err != nil {
				t.Skip("one MPI is not installed")
			}
			out, status := job{launcher: i, ranks: 2, args: append([]string{"--mpi", library}, digits()...)}.run(t)
			if status == 0 || !strings.Contains(out, "of another MPI than the launcher") {
				t.Errorf("want an error, got status %d\n%s", status, out)
			}
		})
	}
}

// ranksOf are the processes of the job that a launcher has started.
func ranksOf(t *testing.T, n int) []int {
	t.Helper()
	for range 200 {
		time.Sleep(50 * time.Millisecond)
		found, _ := filepath.Glob("/proc/[0-9]*/exe")
		var pids []int
		for _, exe := range found {
			if to, err := os.Readlink(exe); err == nil && to == binary {
				pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(exe)))
				pids = append(pids, pid)
			}
		}
		if len(pids) == n {
			return pids
		}
	}
	t.Fatal("want ranks that run, got none")
	return nil
}

// await waits for a file.
func await(t *testing.T, pattern string) {
	t.Helper()
	for range 400 {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("want %s, got none", pattern)
}

// A rank that is killed, or that hangs, ends the job; the checkpoint is whole, and
// another number of ranks goes on from there to the bits of a run without a break.
func TestLostRank(t *testing.T) {
	dir := t.TempDir()
	long := func(timeout string, more ...string) []string {
		return append([]string{"--timeout", timeout}, digits(append([]string{"--epochs", "6"}, more...)...)...)
	}
	alone := filepath.Join(dir, "alone.safetensors")
	if out, status := (job{args: long("1m", "--save", alone)}).run(t); status != 0 {
		t.Fatal(status, out)
	}
	each(t, func(t *testing.T, launcher int) {
		for _, c := range []struct {
			name   string
			signal syscall.Signal
			want   string
		}{
			{"killed", syscall.SIGKILL, ""},
			{"hangs", syscall.SIGSTOP, "a rank or a link is lost"},
		} {
			folder := filepath.Join(dir, fmt.Sprintf("%d-%s", launcher, c.name))
			out, status := job{launcher: launcher, ranks: 2, args: long("5s", "--checkpoint", folder), during: func(t *testing.T, _ *os.Process) {
				pids := ranksOf(t, 2)
				await(t, filepath.Join(folder, "step-*"))
				syscall.Kill(max(pids[0], pids[1]), c.signal)
			}}.run(t)
			if status == 0 || !strings.Contains(out, c.want) {
				t.Errorf("%s: want a status other than 0 and %q, got %d\n%s", c.name, c.want, status, out)
			}
			path := filepath.Join(dir, fmt.Sprintf("%d-%s.safetensors", launcher, c.name))
			out, status = job{launcher: launcher, ranks: 4, args: long("1m", "--checkpoint", folder, "--resume", "--save", path)}.run(t)
			if status != 0 {
				t.Fatalf("%s: going on: %d\n%s", c.name, status, out)
			}
			if sum(t, path) != sum(t, alone) {
				t.Errorf("%s: want the file of one rank, got another", c.name)
			}
		}
	})
}
