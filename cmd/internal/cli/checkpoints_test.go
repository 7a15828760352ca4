package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"euryale/graph"
)

// TestResume interrupts a run, and goes on: with the results of a whole one. The
// files that it wrote are its own, and replaced.
func TestResume(t *testing.T) {
	unbroken, dir := t.TempDir(), t.TempDir()
	run := keptRuns[1]
	if got := runArgs(run.args(unbroken)); got.status != 0 {
		t.Fatal(got.stderr)
	}
	whole := left(t, unbroken)
	args := run.args(dir, "--checkpoint", filepath.Join(dir, "kept"), "--quiet=false")
	got := interrupted(t, "Epoch 1/3", args...)
	folder := filepath.Join(dir, "kept")
	if got.status != 130 || !strings.Contains(got.stderr, "Kept in "+filepath.Join(folder, "step-")) || !strings.Contains(got.stderr, "To go on, give the same command again, with --resume.\n") {
		t.Errorf("want status 130 and how to go on, got %d and %s", got.status, got.stderr)
	}
	wantFiles(t, dir, "kept", "net.safetensors", "run.csv", "run.json")
	again := runArgs(args)
	want := result{1, "", "digits: --json: " + filepath.Join(dir, "run.json") + " exists: write elsewhere, or replace it with --force\n"}
	if again != want {
		t.Errorf("without --resume: want %+v, got %+v", want, again)
	}
	again = runArgs(append(args, "--resume"))
	if again.status != 0 || !strings.Contains(again.stdout, "\nGoing on from "+filepath.Join(folder, "step-")) {
		t.Errorf("want it to go on, got %+v", again)
	}
	wantLeft(t, "resumed", whole, dir)
	again = runArgs(append(args, "--resume"))
	if again.status != 0 || !strings.Contains(again.stdout, " has come to its end: the network is tested.\n") {
		t.Errorf("want the end told, got %+v", again)
	}
	wantLeft(t, "resumed at its end", whole, dir)
}

func runArgs(args []string) result { return run(digits, args...) }

// TestResumeNothing begins, and says so.
func TestResumeNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	got := run(digits, short("--checkpoint", dir, "--resume", "--keep", "1")...)
	if got.status != 0 || got.stderr != "" || !strings.Contains(got.stdout, "\nNothing to resume in "+dir+" yet: training begins.\n") {
		t.Errorf("got %+v", got)
	}
	wantFiles(t, dir, ".lock", "best.safetensors", "last.safetensors", "step-0000000007.safetensors")
}

// TestCheckpointRefused before the data are read, if it can be known by then.
func TestCheckpointRefused(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept")
	if got := run(digits, short("--checkpoint", kept)...); got.status != 0 {
		t.Fatal(got)
	}
	newest := filepath.Join(kept, "step-0000000007.safetensors")
	before := content(t, newest)
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "bad")
	if err := os.Mkdir(bad, 0o777); err == nil {
		os.WriteFile(filepath.Join(bad, "last.safetensors"), before[:len(before)/2], 0o666)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--checkpoint", kept}, "digits: --checkpoint: " + kept + " has checkpoints of another run: go on with that by --resume, write into a new folder, or replace them with --force\n"},
		{[]string{"--checkpoint", text}, "digits: --checkpoint: want a folder, got the file " + text + "\n"},
		{[]string{"--checkpoint", bad, "--resume"}, "digits: --resume: " + bad + ": want a checkpoint that is whole, got none among 1: "},
		{[]string{"--checkpoint", kept, "--resume", "--batch", "16"}, "digits: resume: " + newest + ": Batch: want 32, as the run has, got 16\n"},
		{[]string{"--checkpoint", kept, "--resume", "--seed", "2"}, "digits: resume: " + newest + ": Seed: want 1, as the run has, got 2\n"},
		{[]string{"--checkpoint", kept, "--resume", "--batch", "16", "--save", filepath.Join(dir, "net.safetensors")}, "digits: resume: " + newest + ": Batch: want 32, as the run has, got 16\n"},
		{[]string{"--checkpoint", kept, "--resume", "--train-samples", "199"}, "digits: resume: " + newest + ": the data: want rendered digits, training, 200 images of 1×28×28 in 10 classes, as the run has, got rendered digits, training, 199 images"},
		{[]string{"--checkpoint", kept, "--resume", "--net", "lenet5"}, "digits: resume: " + newest + `: want the network "simple", as in the file, got "lenet5"` + "\n"},
		{[]string{"--checkpoint", kept, "--resume", "--optimizer", "sgd"}, "digits: resume: " + newest + ": Optimizer: want Adam{"},
		{[]string{"--checkpoint", kept, "--resume", "--stop-at", "0.5"}, "digits: resume: " + newest + ": stop at accuracy: want 0.998, as the run has, got 0.5\n"},
		{[]string{"--checkpoint", kept, "--resume", "--csv", filepath.Join(dir, "log.csv")}, "digits: --resume: " + kept + ": want --stop-at above 0, as the run has, got --stop-at above 0, one of --csv and --jsonl\n"},
		{[]string{"--checkpoint", kept, "--resume", "--stop-at", "0"}, "digits: --resume: " + kept + ": want --stop-at above 0, as the run has, got none of --stop-at, --patience, --csv and --jsonl\n"},
		{[]string{"--resume"}, "digits: --resume: want --checkpoint too\nRun 'digits --help' for usage.\n"},
		{[]string{"--keep", "3"}, "digits: --keep: want --checkpoint too\nRun 'digits --help' for usage.\n"},
		{[]string{"--checkpoint", kept, "--keep", "0"}, "digits: --keep: want at least 1, got 0\nRun 'digits --help' for usage.\n"},
	} {
		got := run(digits, short(tt.args...)...)
		if got.status == 0 || !strings.HasPrefix(got.stderr, tt.want) || strings.Count(got.stderr, "\n") > 2 {
			t.Errorf("%q: want %q, got %+v", tt.args, tt.want, got)
		}
		if !bytes.Equal(before, content(t, newest)) {
			t.Fatalf("%q: want the checkpoint as it was", tt.args)
		}
	}
	if got := run(digits, short("--checkpoint", kept, "--force", "--batch", "64")...); got.status != 0 {
		t.Errorf("--force: got %+v", got)
	}
	wantFiles(t, kept, ".lock", "best.safetensors", "last.safetensors", "step-0000000000.safetensors", "step-0000000004.safetensors")
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTwoRunsOfOneFolder refuses the second before it trains, also to resume it.
func TestTwoRunsOfOneFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	var second, third result
	stdout, stderr := &hooked{at: "Epoch 1/2", do: func() {
		second, third = run(digits, short("--checkpoint", dir, "--resume")...), run(digits, short("--checkpoint", dir, "--force")...)
	}}, &bytes.Buffer{}
	if status := Run(context.Background(), digits, short("--checkpoint", dir, "--epochs", "2", "--stop-at", "0"), stdout, stderr); status != 0 {
		t.Fatalf("want the first to end well, got %d and %s", status, stderr)
	}
	want := result{1, "", "digits: --checkpoint: another run is writing into " + dir + ": write elsewhere, or wait for its end\n"}
	if second != want || third != want {
		t.Errorf("want %+v of the second, got %+v and %+v", want, second, third)
	}
}

// TestSignalled is a process that signals end: the batch is finished, what there is
// kept and written, and it goes on from there.
func TestSignalled(t *testing.T) {
	for s, status := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
		dir := t.TempDir()
		args := []string{"--dataset", "rendered-digits", "--train-samples", "4000", "--test-samples", "50", "--net", "lenet5", "--epochs", "200", "--stop-at", "0", "--quiet", "--checkpoint", filepath.Join(dir, "kept"), "--save", filepath.Join(dir, "net.safetensors")}
		cmd, stderr := process(2, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 600 { // until it trains
			if files, _ := filepath.Glob(filepath.Join(dir, "kept", "step-*")); len(files) > 0 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(100 * time.Millisecond)
		if err := cmd.Process.Signal(s); err != nil {
			t.Skip(err)
		}
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != status || !strings.Contains(stderr.String(), "To go on, give the same command again, with --resume.\n") || !strings.HasSuffix(stderr.String(), "digits: interrupted\n") {
			t.Errorf("%v: want status %d and how to go on, got %d and %s", s, status, got, stderr)
		}
		wantFiles(t, dir, "kept", "net.safetensors")
		if net, err := graph.Load(filepath.Join(dir, "net.safetensors")); err != nil || net.Details().Figures["epochs"] > 199 {
			t.Errorf("want the network as far as it came, got error %v", err)
		}
	}
}
