package train

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// kill ends training as if the process had been killed: nothing comes of its end.
type kill struct{ at int } // events from the beginning

var errKilled = errors.New("killed")

func (k *kill) On(Event) error {
	if k.at--; k.at == 0 {
		return errKilled
	}
	return nil
}

// folderRun is a run that may be broken off, and resumed.
type folderRun struct {
	dir    string
	config func(log *bytes.Buffer) Config // made anew each time, as in another process
	every  int
}

// go trains up to the event of that number, 0 to the end, in another process as far
// as that can be seen here.
func (r folderRun) train(t *testing.T, at int) (net *graph.Network, h *History, log string, err error) {
	t.Helper()
	var lines, told bytes.Buffer
	net = restless(t)
	c := r.config(&lines)
	folder := &Folder{Dir: r.dir, Every: r.every, Best: true, Monitor: c.monitor(), Log: &told}
	c.Callbacks = append(c.Callbacks, folder, &kill{at: at})
	data := bars(100)
	if c, err = folder.Resume(net, data, c); err != nil {
		return net, nil, told.String(), err
	}
	h, err = Fit(t.Context(), net, data, c)
	if told.Len() > 0 {
		t.Errorf("want all files whole, got told %s", &told)
	}
	return net, h, lines.String(), err
}

// withoutClock are a log's lines without the seconds, which end them.
func withoutClock(log string) string {
	lines := strings.Split(log, "\n")
	for i, l := range lines {
		lines[i] = l[:strings.LastIndexByte(l, ',')+1]
	}
	return strings.Join(lines, "\n")
}

// TestFolder breaks runs off at each of their events in turn, on and on, and comes to
// the same bits: weights, history, states, and logs.
func TestFolder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	held := bars(31)
	for name, tt := range map[string]struct {
		config Config
		make   func() []Callback
		every  int
	}{
		"adam":     {Config{}, nil, 0},
		"in steps": {Config{}, nil, 2},
		"all of it": {Config{
			Optimizer: SGD{LearningRate: 0.1, Momentum: 0.9, Schedule: Cosine{Steps: 12}}, Accumulate: 2, Average: EMA{Decay: 0.9}, Clip: Clip{GlobalNorm: 1},
		}, nil, 1},
		"early stop": {Config{ValidateEvery: 2, Validation: held}, func() []Callback {
			return []Callback{
				&EarlyStop{Patience: 2, RestoreBest: true, MinDelta: 0.3},
				&ReducePlateau{Factor: 0.5, Patience: 1, MinDelta: 0.3},
			}
		}, 1},
		"stop at": {Config{Validation: held, Optimizer: SGD{LearningRate: 0.5}}, func() []Callback { return []Callback{StopAt{Accuracy: 0.6}} }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			run := folderRun{every: tt.every, config: func(log *bytes.Buffer) Config {
				c := tt.config
				c.Batch, c.Seed, c.Epochs, c.Log = 16, 3, 3, &bytes.Buffer{}
				if tt.make != nil {
					c.Callbacks = tt.make()
				}
				c.Callbacks = append(c.Callbacks, NewCSVLog(log))
				return c
			}}
			run.dir = t.TempDir()
			net, want, log, err := run.train(t, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range []int{1, 2, 3, 5, 8, 13} {
				run.dir = filepath.Join(t.TempDir(), "new")
				breaks := 0
				for {
					runtime.GOMAXPROCS(1 + breaks%3)
					got, h, lines, err := run.train(t, step+breaks) // a step further each time, or it would never end
					if breaks++; errors.Is(err, errKilled) {
						continue
					}
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(weights(net), weights(got)) {
						t.Fatalf("%d events, %d breaks: want the same weights", step, breaks)
					}
					if diff := cmp.Diff(want, h, cmpopts.IgnoreFields(Epoch{}, "Elapsed"), cmpopts.IgnoreFields(History{}, "State")); diff != "" {
						t.Fatalf("%d events, %d breaks: history (-whole +broken):\n%s", step, breaks, diff)
					}
					if !alikeStates(want.State, h.State) {
						t.Fatalf("%d events, %d breaks: want the same state", step, breaks)
					}
					if diff := cmp.Diff(withoutClock(log), withoutClock(lines)); diff != "" {
						t.Fatalf("%d events, %d breaks: log (-whole +broken):\n%s", step, breaks, diff)
					}
					break
				}
				if step < 8 && breaks < 2 {
					t.Errorf("%d events: want the run broken, got none", step)
				}
			}
		})
	}
}

func alikeStates(a, b OptimizerState) bool {
	x := map[string][]float32{}
	for i, s := range []OptimizerState{a, b} {
		for _, slot := range s.Slots {
			for k, v := range slot.Values {
				name := slot.Name + string(rune('a'+k))
				if i == 0 {
					x[name] = v.Float32s()
				} else if !slices.Equal(x[name], v.Float32s()) {
					return false
				}
			}
		}
	}
	return a.Steps == b.Steps && a.Scale == b.Scale && a.NetworkSteps == b.NetworkSteps && len(a.Slots) == len(b.Slots)
}

// names are the files in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// TestFolderFiles are the newest, the last and the best.
func TestFolderFiles(t *testing.T) {
	for _, tt := range []struct {
		keep, every int
		want        []string
	}{
		{0, 0, []string{".lock", "best.safetensors", "last.safetensors", "step-0000000014.safetensors", "step-0000000021.safetensors"}},
		{1, 0, []string{".lock", "best.safetensors", "last.safetensors", "step-0000000021.safetensors"}},
		{4, 5, []string{".lock", "best.safetensors", "last.safetensors", "step-0000000014.safetensors", "step-0000000015.safetensors", "step-0000000020.safetensors", "step-0000000021.safetensors"}},
	} {
		dir := filepath.Join(t.TempDir(), "deep", "run")
		net := restless(t)
		var best string
		folder := &Folder{Dir: dir, Keep: tt.keep, Every: tt.every, Best: true, Monitor: TrainingLoss}
		h := fit(t, net, bars(100), Config{Batch: 16, Epochs: 3, Callbacks: []Callback{folder}})
		if diff := cmp.Diff(tt.want, names(t, dir)); diff != "" {
			t.Errorf("keep %d, every %d: files (-want +got):\n%s", tt.keep, tt.every, diff)
		}
		last, err := graph.Load(filepath.Join(dir, "last.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(weights(net), weights(last)) || folder.Latest() != filepath.Join(dir, "step-0000000021.safetensors") {
			t.Errorf("want the last weights in last, and as latest, got %s", folder.Latest())
		}
		c, err := LoadCheckpoint(filepath.Join(dir, "best.safetensors"), net)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for i, e := range h.Epochs {
			if e.Loss < h.Epochs[at].Loss {
				at = i
			}
		}
		if c.Epoch != at+2 {
			t.Errorf("want the best after epoch %d, got one that goes on with %d %s", at+1, c.Epoch, best)
		}
	}
}

// TestFolderEnding keeps where an interrupted run stands, whatever was put back since.
func TestFolderEnding(t *testing.T) {
	want := restless(t)
	make := func(more ...Callback) Config {
		return Config{Batch: 16, Epochs: 3, Accumulate: 3, Validation: bars(31), Callbacks: append([]Callback{&EarlyStop{RestoreBest: true, Patience: 9}}, more...)}
	}
	fit(t, want, bars(100), make())
	for _, at := range []int{1, 9, 10, 11, 12} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		folder := &Folder{Dir: dir}
		seen := 0
		_, err := Fit(ctx, restless(t), bars(100), make(folder, CallbackFunc(func(e Event) error {
			if e.Kind == BatchEnd {
				if seen++; seen == at {
					cancel()
				}
			}
			return nil
		})))
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("want the context's error, got %v", err)
		}
		net := restless(t)
		c, err := LoadCheckpoint(folder.Latest(), net)
		if err != nil {
			t.Fatal(err)
		}
		if c.Epoch == 1 && c.Samples != 48 || c.Epoch == 2 && c.Samples != 48 && c.Samples != 96 {
			t.Errorf("%d batches: want where the step under way ended, got epoch %d, %d samples", at, c.Epoch, c.Samples)
		}
		folder = &Folder{Dir: dir}
		config, err := folder.Resume(net, bars(100), make(folder))
		if err != nil {
			t.Fatal(err)
		}
		fit(t, net, bars(100), config)
		if !slices.Equal(weights(want), weights(net)) {
			t.Errorf("%d batches: want the same weights", at)
		}
	}
}

// TestFolderEndingBeforeValidation: what is interrupted before the validation of a
// step, or in it, goes on with that.
func TestFolderEndingBeforeValidation(t *testing.T) {
	make := func(more ...Callback) Config {
		return Config{Batch: 16, Epochs: 2, Validation: bars(31), ValidateEvery: 2, Callbacks: append([]Callback{&ReducePlateau{Factor: 0.5, Patience: 1, MinDelta: 0.3}}, more...)}
	}
	whole := restless(t)
	want := fit(t, whole, bars(100), make())
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Fit(ctx, restless(t), bars(100), make(&Folder{Dir: dir}, CallbackFunc(func(e Event) error {
		if e.Kind == BatchEnd && e.Step == 4 {
			cancel()
		}
		return nil
	})))
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	net, folder := restless(t), &Folder{Dir: dir}
	c, err := folder.Resume(net, bars(100), make(folder))
	if err != nil {
		t.Fatal(err)
	}
	if c.From.State.Steps != 4 || !c.From.Validate {
		t.Errorf("want it after step 4, before its validation, got %+v", c.From)
	}
	got := fit(t, net, bars(100), c)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Epoch{}, "Elapsed"), cmpopts.IgnoreFields(History{}, "State")); diff != "" {
		t.Errorf("history (-whole +broken):\n%s", diff)
	}
	if !slices.Equal(weights(whole), weights(net)) {
		t.Error("want the same weights")
	}
}

// TestStopAfterResumes: out of time is not the end.
func TestStopAfterResumes(t *testing.T) {
	want := restless(t)
	fit(t, want, bars(100), Config{Batch: 16, Epochs: 2})
	dir := t.TempDir()
	fit(t, restless(t), bars(100), Config{Batch: 16, Epochs: 2, Callbacks: []Callback{&StopAfter{Duration: 1}, &Folder{Dir: dir}}})
	net, folder := restless(t), &Folder{Dir: dir}
	c, err := folder.Resume(net, bars(100), Config{Batch: 16, Epochs: 2, Callbacks: []Callback{folder}})
	if err != nil {
		t.Fatal(err)
	}
	if c.From.Samples != 16 || c.From.Ended {
		t.Errorf("want it after the first step, got %+v", c.From)
	}
	fit(t, net, bars(100), c)
	if !slices.Equal(weights(want), weights(net)) {
		t.Error("want the same weights")
	}
}

// TestMoreEpochs: a run that came to its end goes on with more.
func TestMoreEpochs(t *testing.T) {
	want := restless(t)
	fit(t, want, bars(100), Config{Batch: 16, Epochs: 3})
	dir := t.TempDir()
	for _, epochs := range []int{1, 1, 3} {
		net, folder := restless(t), &Folder{Dir: dir}
		c, err := folder.Resume(net, bars(100), Config{Batch: 16, Epochs: epochs, Callbacks: []Callback{folder}})
		if err != nil {
			t.Fatal(err)
		}
		if h := fit(t, net, bars(100), c); len(h.Epochs) != epochs {
			t.Errorf("want %d epochs in the history, got %d", epochs, len(h.Epochs))
		}
		if epochs == 3 && !slices.Equal(weights(want), weights(net)) {
			t.Error("want the same weights")
		}
	}
}

func TestFolderRefused(t *testing.T) {
	dir := t.TempDir()
	held := bars(31)
	base := func(f *Folder) Config {
		return Config{Batch: 16, Validation: held, Callbacks: []Callback{StopAt{Accuracy: 1}, f}}
	}
	fit(t, restless(t), bars(100), base(&Folder{Dir: dir}))
	file := filepath.Join(dir, "step-0000000007.safetensors")
	brighter := bars(100)
	brighter.Images[0]++
	for _, tt := range []struct {
		want   string
		change func(*Config)
		data   loaders.Source
		net    *graph.Network
	}{
		{"", nil, nil, nil},
		{"resume: " + file + ": Batch: want 16, as the run has, got 8", func(c *Config) { c.Batch = 8 }, nil, nil},
		{"resume: " + file + ": Seed: want 0, as the run has, got 1", func(c *Config) { c.Seed = 1 }, nil, nil},
		{"resume: " + file + ": Accumulate: want 1, as the run has, got 2", func(c *Config) { c.Accumulate = 2 }, nil, nil},
		{"resume: " + file + ": NoShuffle: want false, as the run has, got true", func(c *Config) { c.NoShuffle = true }, nil, nil},
		{
			"resume: " + file + ": Optimizer: want Adam{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-07}, as the run has, got Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-07}",
			func(c *Config) { c.Optimizer = Adam{LearningRate: 0.01} }, nil, nil,
		},
		{
			"resume: " + file + ": Loss: want SparseCategoricalCrossEntropy{}, as the run has, got SparseCategoricalCrossEntropy{LabelSmoothing: 0.1}",
			func(c *Config) { c.Loss = graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1} }, nil, nil,
		},
		{"resume: " + file + ": Clip: want Clip{}, as the run has, got Clip{Value: 1}", func(c *Config) { c.Clip = Clip{Value: 1} }, nil, nil},
		{"resume: " + file + ": Average: want EMA{}, as the run has, got EMA{Decay: 0.5}", func(c *Config) { c.Average = EMA{Decay: 0.5} }, nil, nil},
		{"resume: " + file + ": ValidateEvery: want 0, as the run has, got 1", func(c *Config) { c.ValidateEvery = 1 }, nil, nil},
		{"", func(c *Config) { c.Validation = nil }, nil, nil},
		{
			"resume: " + file + ": the validation data: want bars, 31 images of 1×6×6 in 3 classes, as the run has, got bars, 30 images of 1×6×6 in 3 classes",
			func(c *Config) { c.Validation = bars(30) }, nil, nil,
		},
		{"resume: " + file + ": the data: want bars, 100 images of 1×6×6 in 3 classes, as the run has, got bars, 99 images of 1×6×6 in 3 classes", nil, bars(99), nil},
		{"resume: " + file + ": the data: want those of the run, bars, 100 images of 1×6×6 in 3 classes, checksum ", nil, brighter, nil},
		{"resume: " + file + ": stop at accuracy: want 1, as the run has, got 0.5", func(c *Config) { c.Callbacks[0] = StopAt{Accuracy: 0.5} }, nil, nil},
		{"resume: " + file + ": callbacks that keep something: want train.StopAt, as the run has, got none", func(c *Config) { c.Callbacks = c.Callbacks[1:] }, nil, nil},
		{"resume: " + file + ": layer 1 of the network: want ", nil, nil, tiny(t, 1)},
		{"resume: want the Folder among the Callbacks of the Config", func(c *Config) { c.Callbacks = nil }, nil, nil},
		{"resume: want a Config without From, State and FirstEpoch, which come of the checkpoint", func(c *Config) { c.FirstEpoch = 2 }, nil, nil},
		{"resume: checkpoint folder: want a Dir, got \"\"", func(c *Config) { *c.Callbacks[1].(*Folder) = Folder{} }, nil, nil},
		{"resume: checkpoint folder: want it behind callbacks that keep something, got a train.StopAt behind it", func(c *Config) { slices.Reverse(c.Callbacks) }, nil, nil},
		{"resume: checkpoint folder: Best: want Config.Validation to watch val_loss, got none", func(c *Config) { c.Callbacks[1].(*Folder).Best, c.Validation = true, nil }, nil, nil},
	} {
		folder := &Folder{Dir: dir}
		c, data, net := base(folder), tt.data, tt.net
		if tt.change != nil {
			tt.change(&c)
		}
		if data == nil {
			data = bars(100)
		}
		if net == nil {
			net = restless(t)
		}
		was := weights(net)
		_, err := folder.Resume(net, data, c)
		if got := message(err); got != tt.want && (tt.want == "" || !strings.HasPrefix(got, tt.want)) {
			t.Errorf("want %q, got %q", tt.want, got)
		}
		if !slices.Equal(was, weights(net)) {
			t.Errorf("%s: want the network as it was", tt.want)
		}
		folder.Close()
	}
	before := names(t, dir)
	_, err := Fit(t.Context(), restless(t), bars(100), base(&Folder{Dir: dir}))
	wantOneLine(t, err, "checkpoint folder: "+dir+" has checkpoints of another run: resume that, or write into a new folder, or replace them")
	if diff := cmp.Diff(before, names(t, dir)); diff != "" {
		t.Error(diff)
	}
	for keep, want := range [][]string{{"step-0000000000.safetensors", "step-0000000003.safetensors"}, {"step-0000000003.safetensors"}} {
		fit(t, restless(t), bars(48), base(&Folder{Dir: dir, Replace: true, Keep: keep, Every: 9}))
		if diff := cmp.Diff(append([]string{".lock", "last.safetensors"}, want...), names(t, dir)); diff != "" {
			t.Errorf("keep %d, replaced (-want +got):\n%s", keep, diff)
		}
		// Cut off before its first step, the next leaves what is newer.
		stop := errors.New("stop")
		_, err := Fit(t.Context(), restless(t), bars(100), Config{Batch: 16, Callbacks: []Callback{&Folder{Dir: dir, Replace: true, Keep: 1}, CallbackFunc(func(e Event) error {
			if e.Kind == EpochBegin {
				return stop
			}
			return nil
		})}})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{".lock", "last.safetensors", "step-0000000000.safetensors"}, names(t, dir)); diff != "" {
			t.Errorf("keep %d, replaced and cut off (-want +got):\n%s", keep, diff)
		}
	}
}

// TestFolderTaken refuses a second run, and lets go in the end.
func TestFolderTaken(t *testing.T) {
	dir := t.TempDir()
	var second error
	tried := false
	fit(t, restless(t), bars(32), Config{Batch: 16, Callbacks: []Callback{&Folder{Dir: dir}, CallbackFunc(func(e Event) error {
		if e.Kind == BatchEnd && !tried {
			tried = true
			_, second = Fit(t.Context(), restless(t), bars(32), Config{Batch: 16, Callbacks: []Callback{&Folder{Dir: dir, Replace: true}}})
			other := &Folder{Dir: dir}
			_, err := other.Resume(restless(t), bars(32), Config{Batch: 16, Callbacks: []Callback{other}})
			wantOneLine(t, err, "resume: another run is writing into "+dir+": write elsewhere, or wait for its end")
		}
		return nil
	})}})
	wantOneLine(t, second, "checkpoint folder: another run is writing into "+dir+": write elsewhere, or wait for its end")
	fit(t, restless(t), bars(32), Config{Batch: 16, Callbacks: []Callback{&Folder{Dir: dir, Replace: true}}})
}

// TestFolderDamaged goes back to the file before, with a word.
func TestFolderDamaged(t *testing.T) {
	want := restless(t)
	fit(t, want, bars(100), Config{Batch: 16, Epochs: 3})
	dir := t.TempDir()
	fit(t, restless(t), bars(100), Config{Batch: 16, Epochs: 2, Callbacks: []Callback{&Folder{Dir: dir}}})
	newest, before := filepath.Join(dir, "step-0000000014.safetensors"), filepath.Join(dir, "step-0000000007.safetensors")
	b, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(dir, "last.safetensors"))
	for _, damage := range []func(b []byte) []byte{
		func(b []byte) []byte { return b[:len(b)-1] },
		func(b []byte) []byte { return b[:0] },
		func(b []byte) []byte { b[len(b)-9] ^= 4; return b },
		func(b []byte) []byte { return bytes.Replace(b, []byte(`\"Epoch\":3`), []byte(`\"Epoch\":2`), 1) },
	} {
		if err := os.WriteFile(newest, damage(bytes.Clone(b)), 0o666); err != nil {
			t.Fatal(err)
		}
		copied := t.TempDir()
		if err := os.CopyFS(filepath.Join(copied, "run"), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		folder := &Folder{Dir: filepath.Join(copied, "run"), Log: &bytes.Buffer{}}
		net := restless(t)
		c, err := folder.Resume(net, bars(100), Config{Batch: 16, Epochs: 3, Callbacks: []Callback{folder}})
		if err != nil {
			t.Fatal(err)
		}
		told := strings.ReplaceAll(folder.Log.(*bytes.Buffer).String(), folder.Dir, dir)
		if !strings.HasPrefix(told, "Not whole: "+newest+": ") || !strings.HasSuffix(told, ". Going on from "+before+".\n") {
			t.Errorf("want both files named, got %q", told)
		}
		fit(t, net, bars(100), c)
		if !slices.Equal(weights(want), weights(net)) {
			t.Error("want the same weights")
		}
		if path, _, err := folder.Newest(); err != nil || path != filepath.Join(folder.Dir, "step-0000000021.safetensors") {
			t.Errorf("want the run's end as the newest, got %s and %v", path, err)
		}
	}
	os.WriteFile(before, nil, 0o666)
	folder := &Folder{Dir: dir}
	_, err = folder.Resume(restless(t), bars(100), Config{Batch: 16, Epochs: 3, Callbacks: []Callback{folder}})
	wantOneLine(t, err, "resume: "+dir+": want a checkpoint that is whole, got none among 2: "+newest+": ")
}

// TestFolderDetails: a checkpoint is a model file, with what its network's is to say.
func TestFolderDetails(t *testing.T) {
	dir := t.TempDir()
	net := restless(t)
	d := graph.Details{Classes: []string{"a", "b", "c"}, Settings: json.RawMessage(`{"a":1}`), Metadata: map[string]string{"author": "Ada"}}
	if err := net.SetDetails(d); err != nil {
		t.Fatal(err)
	}
	fit(t, net, bars(32), Config{Callbacks: []Callback{&Folder{Dir: dir}}})
	last, err := graph.Load(filepath.Join(dir, "last.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	all := last.Details()
	if all.Tensors["optimizer/m/dense_1/kernel"] == nil || all.Metadata["checkpoint"] == "" {
		t.Errorf("want the optimiser's state under its names, got %v", all)
	}
	if diff := cmp.Diff(d, WithoutCheckpoint(all)); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(d, net.Details()); diff != "" {
		t.Errorf("the network's own (-want +got):\n%s", diff)
	}
}
