package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// saved trains a network of the lesson, and saves it in the folder.
func saved(t *testing.T, dir string, args ...string) (path string, r result) {
	t.Helper()
	path = filepath.Join(dir, "net.safetensors")
	if r = run(digits, short(append(args, "--save", path)...)...); r.status != 0 {
		t.Fatal(r.stderr)
	}
	return path, r
}

// closing is a run's last line.
func closing(r result) string {
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	return lines[len(lines)-1]
}

// TestSave writes what the network's users need, and evaluate comes to the same test.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	path, trained := saved(t, dir)
	if !regexp.MustCompile(`\nWrote ` + regexp.QuoteMeta(path) + `, 1,6\d\d,\d\d\d bytes\n`).MatchString(trained.stdout) {
		t.Errorf("want the file told, got %s", trained.stdout)
	}
	net, err := graph.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d := net.Details()
	if diff := cmp.Diff(strings.Fields("0 1 2 3 4 5 6 7 8 9"), d.Classes); diff != "" {
		t.Errorf("classes: %s", diff)
	}
	if d.Input.Most != 255 || !strings.Contains(string(d.Settings), `"epochs":1`) || d.Figures["test accuracy"] <= 0 || d.Figures["epochs"] != 1 || len(d.Metadata) != 1 || d.Metadata["preparation"] != "digit" || d.Tensors != nil {
		t.Errorf("want scaling, settings and figures, how pictures are prepared, and nothing else, got %+v", d)
	}
	json, page := filepath.Join(dir, "test.json"), filepath.Join(dir, "test.html")
	tested := run(digits, "evaluate", "--load", path, "--dataset", "rendered-digits", "--test-samples", "100", "--json", json, "--page", page)
	if tested.status != 0 || closing(tested) != closing(trained) {
		t.Errorf("want the same test, %s, got %+v", closing(trained), tested)
	}
	if r := readResults(t, json); r.Test == nil || len(r.Epochs) != 0 || len(r.Confusion) != 10 {
		t.Errorf("want the test and no epochs, got %+v", r)
	}
	wantFiles(t, dir, "net.safetensors", "test.html", "test.json")
}

// TestSaveONNX writes what the name promises.
func TestSaveONNX(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.ONNX")
	got := run(digits, short("--save", path)...)
	if got.status != 0 || !strings.Contains(got.stdout, " bytes, without settings, figures and dropout\n") {
		t.Errorf("want the file told, and what it lacks, got %+v", got)
	}
	net, err := graph.ReadONNX(path, graph.ONNXConfig{})
	if err != nil || len(net.Details().Classes) != 10 {
		t.Errorf("want an ONNX model of ten classes, got error %v", err)
	}
	result := regexp.MustCompile(`\[[0-9., ]+\]`).FindString(got.stdout)
	again := run(digits, "evaluate", "--dataset", "rendered-digits", "--test-samples", "100", "--load", path)
	if again.status != 0 || !strings.Contains(again.stdout, result) || result == "" {
		t.Errorf("want it to be loaded, and %s, got %+v", result, again)
	}
}

// TestSaveRefused says so before it trains.
func TestSaveRefused(t *testing.T) {
	dir := t.TempDir()
	path, _ := saved(t, dir)
	nowhere := filepath.Join(dir, "no", "net.safetensors")
	for args, want := range map[string]string{
		"--save " + path:            "digits: --save: " + path + " exists: write elsewhere, or replace it with --force\n",
		"--save " + nowhere:         "digits: --save: cannot write " + nowhere + ": no such file or directory\n",
		"--save " + dir + "/net.pt": "digits: --save: want a name that ends in .safetensors or .onnx, got " + dir + "/net.pt\n",
		"--save -":                  "digits: --save: want a name, got -, which only --json takes: ./- is a name\n",
		"--save " + path + "x --json " + path + "x": "digits: --save: want another file than that of --json, got " + path + "x\n",
		"--load " + nowhere:                         "digits: --load: open " + nowhere + ": no such file or directory\n",
		"--load " + path + " --dropout 0.5":         "digits: --dropout: want none with --load, whose file says what the network is\n",
		"--load " + path + " --engine fused":        "digits: --engine: want none with --load, whose file says what the network is\n",
		"--load " + path + " --freeze-until x":      "digits: --freeze-until: want one of the layers flatten_1, dense_1, dense_2, got \"x\"\n",
		"--freeze-until dense_1":                    "digits: --freeze-until: want --load too\n",
		"evaluate":                                  "digits: evaluate: want a network, by --load FILE, got none\n",
		"evaluate --load " + path + " --dataset rendered-garments --test-samples 10": "digits: --load: " + path + ": want images of the 10 classes that the network tells, 0, 1, 2, ..., got those of rendered garments, test without 0, 1, 2 and 7 more and with T-shirt/top, Trouser, Pullover and 7 more: train it on these first, by digits --load\n",
	} {
		fields := strings.Fields(args)
		if fields[0] != "evaluate" {
			fields = append([]string{"--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "50", "--epochs", "1"}, fields...)
		}
		if got := run(digits, fields...); got.status == 0 || !strings.HasPrefix(got.stderr, want) {
			t.Errorf("%s: want %q, got %d and %q", args, want, got.status, got.stderr)
		}
	}
	got := run(digits, short("--load", path)...)
	if want := "digits: --net: want none with --load, whose file says what the network is\n"; !strings.HasPrefix(got.stderr, want) {
		t.Errorf("want %q, got %q", want, got.stderr)
	}
}

// TestLoad goes on with the weights of a file, on the same classes and on others.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path, first := saved(t, dir, "--epochs", "3", "--stop-at", "0")
	data := func(l Lesson, name string, args ...string) result {
		return run(l, append([]string{"--dataset", name, "--train-samples", "200", "--test-samples", "100", "--epochs", "1", "--load", path}, args...)...)
	}
	accuracy := func(r result) string {
		return regexp.MustCompile(`Epoch 1/\d .*accuracy: (0\.\d+)`).FindStringSubmatch(r.stdout)[1]
	}
	again := data(digits, "rendered-digits")
	if again.status != 0 || accuracy(again) <= accuracy(first) || strings.Contains(again.stdout, "begins anew") {
		t.Errorf("want it to begin better than the first, got %+v", again)
	}
	next := filepath.Join(dir, "garments.safetensors")
	other := data(fashion, "rendered-garments", "--freeze-until", "dense_1", "--save", next)
	line := "\nThe network tells 0, 1, 2, ..., and rendered garments, training has T-shirt/top, Trouser, Pullover, ...: dense_2 begins anew.\n"
	if other.status != 0 || !strings.Contains(other.stdout, line) || !strings.Contains(other.stdout, "Trainable params: 5,130\n") {
		t.Errorf("want a new head, and the rest frozen, got %+v", other)
	}
	before, err := graph.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := graph.Load(next)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range after.Params() {
		was := before.Params()[i]
		same := slices.Equal(p.Value.Float32s(), was.Value.Float32s())
		if p.Name != was.Name || same != strings.HasPrefix(p.Name, "dense_1") {
			t.Errorf("%s: same as %s: %v", p.Name, was.Name, same)
		}
	}
	if classes := after.Details().Classes; classes[0] != "T-shirt/top" {
		t.Errorf("want the classes of the data, got %v", classes)
	}
}

// TestLoadUnknownClasses takes as many classes, of which a file has no names, for those
// of the data.
func TestLoadUnknownClasses(t *testing.T) {
	path, _ := saved(t, t.TempDir())
	net, err := graph.Load(path)
	if err == nil {
		err = net.SetDetails(graph.Details{})
	}
	if err == nil {
		err = net.Save(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := run(fashion, "evaluate", "--load", path, "--dataset", "rendered-garments", "--test-samples", "50", "--quiet"); got.status != 0 {
		t.Errorf("got %+v", got)
	}
}

// TestConfigLoads repeats a run that began with a file.
func TestConfigLoads(t *testing.T) {
	dir := t.TempDir()
	path, _ := saved(t, dir)
	json := filepath.Join(dir, "run.json")
	args := []string{"--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "100", "--epochs", "1", "--load", path, "--json", json}
	first := run(digits, args...)
	again := run(digits, "--config", json)
	if first.status != 0 || again.status != 0 || closing(first) != closing(again) {
		t.Errorf("want the same, got %+v and %+v", first, again)
	}
	os.Remove(path)
}
