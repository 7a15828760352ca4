package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain is the command digits where a test runs it as a process.
func TestMain(m *testing.M) {
	if os.Getenv("CLI_TEST_DIGITS") != "" {
		Main(digits)
	}
	os.Exit(m.Run())
}

// process is the command as a process, with so many cores.
func process(cores int, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	cmd, stderr = exec.Command(os.Args[0], args...), &bytes.Buffer{}
	cmd.Env = append(os.Environ(), "CLI_TEST_DIGITS=1", "GOMAXPROCS="+strconv.Itoa(cores))
	cmd.Stderr = stderr
	return cmd, stderr
}

// keptRun is a run of less than a second, of which everything is kept.
type keptRun struct{ name, flags string }

func (r keptRun) args(dir string, more ...string) []string {
	args := strings.Fields("--dataset rendered-digits --train-samples 160 --test-samples 50 --net lenet5 --epochs 3 --batch 16 --stop-at 0 --quiet " + r.flags)
	for flag, name := range map[string]string{"--save": "net.safetensors", "--json": "run.json", "--csv": "run.csv"} {
		args = append(args, flag, filepath.Join(dir, name))
	}
	return append(args, more...)
}

var keptRuns = []keptRun{
	{"plain", ""},
	{"all of it", "--validation-share 0.2 --validate-every 3 --patience 4 --optimizer sgd --momentum 0.9 --schedule cosine --dropout 0.3 --accumulate 2 --ema 0.9 --clip-norm 1"},
}

// leftover is what is in a run's files.
type leftover struct{ net, results, log string }

// left is what a run left, without what its times are.
func left(t *testing.T, dir string) leftover {
	t.Helper()
	var all [3]string
	for i, name := range []string{"net.safetensors", "run.json", "run.csv"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		all[i] = string(b)
	}
	var r map[string]any
	if err := json.Unmarshal([]byte(all[1]), &r); err != nil {
		t.Error(err)
	}
	delete(r, "outputs")
	delete(r, "us_per_sample")
	for _, e := range r["epochs"].([]any) {
		delete(e.(map[string]any), "seconds")
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Error(err)
	}
	lines := strings.Split(all[2], "\n")
	for i, l := range lines {
		lines[i] = l[:strings.LastIndexByte(l, ',')+1] // the seconds are last
	}
	return leftover{all[0], string(text), strings.Join(lines, "\n")}
}

// wantLeft holds what a run left in a folder against what a whole one did.
func wantLeft(t *testing.T, what string, want leftover, dir string) {
	t.Helper()
	got := left(t, dir)
	if want.net != got.net {
		t.Errorf("%s: want the same bytes of the network's file", what)
	}
	if diff := cmp.Diff(want.results, got.results); diff != "" {
		t.Errorf("%s: results (-whole +broken):\n%s", what, diff)
	}
	if diff := cmp.Diff(want.log, got.log); diff != "" {
		t.Errorf("%s: log (-whole +broken):\n%s", what, diff)
	}
}

// TestKilled kills training at random moments, in an epoch and while a checkpoint is
// written too, and resumes it until it comes to its end: with the same bits of the
// network's file, the same results and the same log as of a run that nobody killed,
// on any number of cores. EURYALE_KILLED is how many runs, a hundred in make killed;
// the seed of the moments is fixed, though the machine's pace is not.
func TestKilled(t *testing.T) {
	runs := 20
	switch n, err := strconv.Atoi(os.Getenv("EURYALE_KILLED")); {
	case err == nil:
		runs = n
	case testing.Short() || raced:
		runs = 6
	}
	var kills, writing, inside int
	var mu sync.Mutex
	for k, run := range keptRuns {
		t.Run(run.name, func(t *testing.T) {
			whole := t.TempDir()
			begun := time.Now()
			cmd, stderr := process(2, run.args(whole)...)
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v: %s", err, stderr)
			}
			took := time.Since(begun)
			want := left(t, whole)
			jobs := make(chan int)
			var wait sync.WaitGroup
			for range 2 {
				wait.Go(func() {
					for i := range jobs {
						rng := rand.New(rand.NewPCG(uint64(k), uint64(i)))
						dir := t.TempDir()
						for tries := 0; ; tries++ {
							args := run.args(dir, "--checkpoint", filepath.Join(dir, "kept"), "--checkpoint-every", "1", "--resume")
							cmd, stderr := process(1+rng.IntN(3), args...)
							if err := cmd.Start(); err != nil {
								t.Error(err)
								return
							}
							after := time.Duration(rng.Float64() * float64(took) * 1.5)
							if tries > 30 {
								after = time.Minute
							}
							timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
							err := cmd.Wait()
							timer.Stop()
							if strings.Contains(stderr.String(), "Not whole") {
								t.Errorf("run %d, try %d: want files that are whole, got %s", i, tries, stderr)
							}
							if err == nil {
								break
							}
							if cmd.ProcessState.ExitCode() != -1 && stderr.Len() > 0 {
								t.Errorf("run %d, try %d: want it to end well, or by the kill, got %v: %s", i, tries, err, stderr)
								return
							}
							half, mid := state(filepath.Join(dir, "kept"))
							mu.Lock()
							kills++
							writing += half
							inside += mid
							mu.Unlock()
						}
						wantLeft(t, fmt.Sprintf("run %d", i), want, dir)
						os.RemoveAll(dir)
					}
				})
			}
			for i := range runs / len(keptRuns) {
				jobs <- i
			}
			close(jobs)
			wait.Wait()
		})
	}
	t.Logf("%d runs, killed %d times: %d times in an epoch, %d times while a file was written", runs, kills, inside, writing)
	if runs >= 100 && (writing == 0 || inside == 0 || kills < runs) {
		t.Error("want runs killed while a file was written, and in an epoch")
	}
}

// state says of a folder whether a file was being written, and whether the newest
// checkpoint is of the middle of an epoch: 1 or 0.
func state(dir string) (writing, inside int) {
	if _, err := os.Stat(filepath.Join(dir, ".writing")); err == nil {
		writing = 1
	}
	files, _ := filepath.Glob(filepath.Join(dir, "step-*"))
	if len(files) > 0 {
		var step int
		fmt.Sscanf(filepath.Base(files[len(files)-1]), "step-%d", &step)
		if step%10 != 0 && step%4 != 0 {
			inside = 1
		}
	}
	return writing, inside
}
