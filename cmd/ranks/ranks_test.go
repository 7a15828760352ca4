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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"euryale/internal/mpitest"
)

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

func installed() bool { return slices.ContainsFunc(mpitest.Launchers, mpitest.Launcher.Installed) }

func needBinary(t *testing.T) {
	t.Helper()
	if binary == "" {
		t.Skip("no MPI is installed, or none asked for as in make ranks")
	}
}

// job is ranks under a launcher.
type job struct {
	launcher mpitest.Launcher
	ranks    int // 0 means without one
	hosts    *hosts
	args     []string
	env      []string
	script   string                                   // of a shell that becomes the rank behind it
	during   func(t *testing.T, launcher *os.Process) // while it runs
}

// command is how the job is started.
func (j job) command(t *testing.T) []string {
	t.Helper()
	if j.ranks == 0 {
		needBinary(t)
		return append([]string{binary}, j.args...)
	}
	if j.hosts == nil {
		program := append([]string{binary}, j.args...)
		if j.script != "" {
			program = append([]string{"sh", "-c", j.script + `; exec "$0" "$@"`}, program...)
		}
		return j.launcher.Command(t, j.ranks, program...)
	}
	return append(j.hosts.launch(t, j.launcher, j.ranks), append([]string{binary}, j.args...)...)
}

// run is what a job prints, and its exit status.
func (j job) run(t *testing.T) (out string, status int) {
	t.Helper()
	args := j.command(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(mpitest.Environment(), j.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 5 * time.Second
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer killAll()
	defer syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	if j.during != nil {
		defer func() {
			if t.Failed() {
				t.Log(text.String())
			}
		}()
		j.during(t, cmd.Process)
	}
	cmd.Wait()
	if ctx.Err() != nil {
		t.Fatalf("%v: did not end\n%s", args, text.String())
	}
	return text.String(), cmd.ProcessState.ExitCode()
}

// running are the processes of the job.
func running() (pids []int) {
	found, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, exe := range found {
		if to, err := os.Readlink(exe); err == nil && to == binary {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(exe)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// killAll ends what a job has left.
func killAll() {
	for _, pid := range running() {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// digits are the arguments of a short run, and more.
func digits(more ...string) []string {
	return append([]string{"digits", "--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "64", "--epochs", "3", "--stop-at", "0", "--dropout", "0.2"}, more...)
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

// trained are runs whose file is to be the same on any number of ranks.
var trained = []struct {
	name string
	args []string
}{
	{"lesson", digits("--augment", "shift=1")},
	{"resnet20", digits("--net", "resnet20", "--train-samples", "80", "--test-samples", "20", "--epochs", "3")},
}

// alone are the checksums of what one process writes.
func alone(t *testing.T) (sums []string) {
	t.Helper()
	for _, r := range trained {
		path := filepath.Join(t.TempDir(), "alone.safetensors")
		if out, status := (job{args: append(r.args[:len(r.args):len(r.args)], "--save", path)}).run(t); status != 0 {
			t.Fatal(status, out)
		}
		sums = append(sums, sum(t, path))
	}
	return sums
}

// checkBits runs what is trained as jobs like j, and compares.
func (j job) checkBits(t *testing.T, want []string) {
	t.Helper()
	for i, r := range trained {
		path := filepath.Join(t.TempDir(), "ranks.safetensors")
		j.args = append([]string{"--verify", "3"}, append(r.args[:len(r.args):len(r.args)], "--save", path)...)
		out, status := j.run(t)
		if status != 0 {
			t.Fatal(status, out)
		}
		if strings.Count(out, "Wrote ") != 1 {
			t.Errorf("%s: %d ranks: want one that prints, got\n%s", r.name, j.ranks, out)
		}
		if sum(t, path) != want[i] {
			t.Errorf("%s: %d ranks: want the file of one rank, got another", r.name, j.ranks)
		}
	}
}

// One, two and four processes write the same file.
func TestSameBits(t *testing.T) {
	want := alone(t)
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
		for _, ranks := range []int{2, 4} {
			job{launcher: launcher, ranks: ranks}.checkBits(t, want)
		}
	})
}

// What cannot be is one line, and the status is not 0.
func TestRefused(t *testing.T) {
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
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
		launcher, other := mpitest.Launchers[i], mpitest.Launchers[1-i]
		t.Run(launcher.Name, func(t *testing.T) {
			other.Need(t)
			out, status := job{launcher: launcher, ranks: 2, args: append([]string{"--mpi", library}, digits()...)}.run(t)
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
		if pids := running(); len(pids) == n {
			slices.Sort(pids)
			return pids
		}
	}
	t.Fatalf("want %d ranks that run, got %d", n, len(running()))
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

// broken are the arguments of a run of so many epochs that is to be ended from outside.
func broken(epochs int, more ...string) []string {
	return digits(append([]string{"--quiet", "--epochs", strconv.Itoa(epochs)}, more...)...)
}

// checkGoesOn goes on from a folder of checkpoints with another number of ranks, to the
// bits of a run without a break.
func (j job) checkGoesOn(t *testing.T, epochs int, folder, want string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "on.safetensors")
	j.args = broken(epochs, "--checkpoint", folder, "--resume", "--save", path)
	if out, status := j.run(t); status != 0 {
		t.Fatalf("going on: %d\n%s", status, out)
	}
	if sum(t, path) != want {
		t.Error("going on: want the file of a run without a break, got another")
	}
}

// unbroken is the checksum of what one process comes to.
func unbroken(t *testing.T, epochs int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "unbroken.safetensors")
	if out, status := (job{args: broken(epochs, "--save", path)}).run(t); status != 0 {
		t.Fatal(status, out)
	}
	return sum(t, path)
}

// A rank that does not start ends the job.
func TestNotStarted(t *testing.T) {
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
		const script = `[ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ] && exec sleep 60`
		out, status := job{launcher: launcher, ranks: 2, args: append([]string{"--timeout", "2s"}, digits()...), script: script}.run(t)
		if want := "not all ranks have started within 2s"; status == 0 || !strings.Contains(out, want) {
			t.Errorf("want %q and a status other than 0, got %d\n%s", want, status, out)
		}
	})
}

// A rank that is killed, or that hangs, ends the job, and so does an interrupt, which
// Open MPI takes a second to pass on; the checkpoint is whole, and another number of
// ranks goes on from there.
func TestLostRank(t *testing.T) {
	for _, c := range []struct {
		name   string
		epochs int
		end    func(mpirun *os.Process, ranks []int)
		says   string
		then   int // ranks that go on
	}{
		{"killed", 6, func(_ *os.Process, ranks []int) { syscall.Kill(ranks[1], syscall.SIGKILL) }, "", 4},
		{"hangs", 6, func(_ *os.Process, ranks []int) { syscall.Kill(ranks[1], syscall.SIGSTOP) }, "was last heard of at", 4},
		{"interrupted", 150, func(mpirun *os.Process, _ []int) { mpirun.Signal(os.Interrupt) }, "digits: interrupted", 0},
	} {
		want := unbroken(t, c.epochs)
		mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
			t.Run(c.name, func(t *testing.T) {
				folder := filepath.Join(t.TempDir(), "checkpoints")
				args := append([]string{"--timeout", "5s"}, broken(c.epochs, "--checkpoint", folder)...)
				out, status := job{launcher: launcher, ranks: 2, args: args, during: func(t *testing.T, mpirun *os.Process) {
					pids := ranksOf(t, 2)
					await(t, filepath.Join(folder, "step-*"))
					c.end(mpirun, pids)
				}}.run(t)
				if status == 0 || !strings.Contains(out, c.says) {
					t.Errorf("want a status other than 0 and %q, got %d\n%s", c.says, status, out)
				}
				job{launcher: launcher, ranks: c.then}.checkGoesOn(t, c.epochs, folder, want)
			})
		})
	}
}

// The status of a job says that it was interrupted, each time: Hydra's would in some of
// ten runs not, if the ranks only ended. So it does where their output goes elsewhere.
func TestInterrupted(t *testing.T) {
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
		for _, c := range []struct{ script, said string }{{"", "digits: interrupted"}, {"exec >/dev/null 2>&1", ""}} {
			for range 3 {
				out, status := job{launcher: launcher, ranks: 2, script: c.script, args: broken(4000), during: func(t *testing.T, mpirun *os.Process) {
					ranksOf(t, 2)
					time.Sleep(300 * time.Millisecond)
					mpirun.Signal(os.Interrupt)
				}}.run(t)
				if status == 0 || !strings.Contains(out, c.said) {
					t.Fatalf("%q: want a status other than 0 and %q, got %d\n%s", c.script, c.said, status, out)
				}
			}
		}
	})
}

// A rank that is started otherwise than rank 0 is named, though it would not train.
func TestStartedOtherwise(t *testing.T) {
	mpitest.Each(t, func(t *testing.T, launcher mpitest.Launcher) {
		for _, c := range []struct{ more, want string }{
			{`"$@" --help`, "rank 1: want to be started as rank 0 is, without --help"},
			{`"$@" --checkpoint=/none`, "rank 1: want to be started as rank 0 is, without --checkpoint"},
			{`--timeout 9s "$@"`, "rank 1: want to be started as rank 0 is, with --timeout 1m0s, without --timeout 9s"},
		} {
			script := `[ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ] && exec "$0" ` + c.more
			out, status := job{launcher: launcher, ranks: 2, script: script, args: digits()}.run(t)
			if status == 0 || strings.Count(out, c.want) != 1 {
				t.Errorf("%s: want %q once and a status other than 0, got %d\n%s", c.more, c.want, status, out)
			}
		}
	})
}
