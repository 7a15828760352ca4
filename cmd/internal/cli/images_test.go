package cli

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/npy"
	"euryale/loaders"
)

// ownImages is as in the command images.
var ownImages = Lesson{Name: "images", Short: "Train a network to tell pictures of one's own apart, and test it", Own: true, Title: "Pictures", Thing: "a picture"}

// patches makes a folder of pictures of so many classes, n of each, of that size: each
// class has a colour, and each picture a patch of it in another place.
func patches(t *testing.T, classes, n, height, width int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "patches")
	for c := range classes {
		for i := range n {
			m := image.NewRGBA(image.Rect(0, 0, width, height))
			for p := range width * height {
				x, y := p%width, p/width
				v := color.RGBA{240, 240, 240, 255}
				if (x+i)%width < width/2 && (y+3*i)%height < height/2 {
					v = color.RGBA{uint8(255 * c / max(classes-1, 1)), uint8(40 + i), uint8(255 - 255*c/max(classes-1, 1)), 255}
				}
				m.SetRGBA(x, y, v)
			}
			writePNG(t, filepath.Join(dir, fmt.Sprintf("kind %03d", c), fmt.Sprintf("%02d.png", i)), m)
		}
	}
	return dir
}

func writePNG(t *testing.T, path string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err == nil {
		err = png.Encode(f, m)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wantLines wants each of them in the text.
func wantLines(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, line := range want {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

// TestImages trains on pictures of one's own, keeps all that there is to keep, and has
// the network tested and asked again.
func TestImages(t *testing.T) {
	data, dir := patches(t, 2, 20, 12, 16), t.TempDir()
	model, page := filepath.Join(dir, "net.safetensors"), filepath.Join(dir, "run.html")
	got := run(ownImages, "--data", data, "--epochs", "3", "--augment", "flip,shift=1", "--normalize", "measured", "--suspects", "2",
		"--save", model, "--page", page, "--pictures", filepath.Join(dir, "pictures"), "--json", filepath.Join(dir, "run.json"), "--checkpoint", filepath.Join(dir, "kept"))
	if got.status != 0 {
		t.Fatal(got.stderr)
	}
	wantLines(t, got.stdout, "Dataset: patches, "+data+"; 32 training and 8 test images of 12×16 in colour in 2 classes; 20 % are tested on, stratified, seed 1\n",
		"Chosen: --net lesson (small images), --lr 0.001, --schedule constant\n", "Augmentation: flip,shift=1\n", "Normalisation: mean 0.", "uspicious labels", "(None, 2) ")
	t.Chdir(filepath.Dir(data))
	once := run(ownImages, "--data", "patches", "--epochs", "1")
	wantLines(t, once.stdout, "Dataset: patches; 32 training and ")
	wantFiles(t, filepath.Join(dir, "pictures"), "confusion.png", "curves.png", "feature-maps.png", "kernels.png", "mistakes.png", "suspects.png")
	wantText(t, page, "<h1>images: the network lesson on patches</h1>")
	net, err := graph.Load(model)
	if err != nil {
		t.Fatal(err)
	}
	d := net.Details()
	if diff := cmp.Diff([]string{"kind 000", "kind 001"}, d.Classes); diff != "" || d.Metadata["preparation"] != "inside" || len(d.Input.Mean) != 3 || len(d.Input.Deviation) != 3 {
		t.Errorf("want classes, preparation and normalisation in the file, got %+v", d)
	}
	tested := run(ownImages, "evaluate", "--load", model, "--data", data)
	if tested.status != 0 || closing(tested) != closing(got) {
		t.Errorf("want the same test, %s, got %+v", closing(got), tested)
	}
	asked := run(ownImages, "predict", "--load", model, filepath.Join(data, "kind 001", "03.png"))
	if asked.status != 0 || !regexp.MustCompile(`^\S.*03\.png: kind 00\d \(\d+\.\d %\)\n$`).MatchString(asked.stdout) {
		t.Errorf("got %+v", asked)
	}
	wantText(t, filepath.Join(dir, "run.json"), `"augment": "flip,shift=1"`)
	again := run(ownImages, "--config", filepath.Join(dir, "run.json"), "--quiet")
	if again.status != 0 || closing(again) != closing(got) {
		t.Errorf("--config: want the same run, %s, got %+v", closing(got), again)
	}
	tuned := run(ownImages, "--data", data, "--load", model, "--epochs", "1", "--freeze-until", "flatten_1", "--quiet")
	if tuned.status != 0 {
		t.Errorf("--load: got %+v", tuned)
	}
}

// TestImagesResume goes on with what augmentation draws: the bits of a whole run.
func TestImagesResume(t *testing.T) {
	data, dir := patches(t, 3, 8, 10, 10), t.TempDir()
	args := []string{"--data", data, "--epochs", "2", "--batch", "5", "--augment", "flip,shift=2,mixup=0.2", "--net", "simple", "--stop-at", "0", "--grey"}
	whole := run(ownImages, append(args, "--quiet")...)
	if whole.status != 0 {
		t.Fatal(whole.stderr)
	}
	args = append(args, "--checkpoint", filepath.Join(dir, "kept"), "--checkpoint-every", "1")
	cut := lessonInterrupted(t, ownImages, "Epoch 1/2", args...)
	if cut.status != 130 || !strings.Contains(cut.stderr, "To go on, give the same command again, with --resume.\n") {
		t.Fatalf("want it interrupted, got %+v", cut)
	}
	if again := run(ownImages, append(args, "--resume", "--quiet")...); again.status != 0 || closing(again) != closing(whole) {
		t.Errorf("want %s, got %+v", closing(whole), again)
	}
}

// TestImagesStreamed trains on pictures that are held, decoded in each epoch anew and
// kept in a cache: the bits are the same.
func TestImagesStreamed(t *testing.T) {
	data, dir := patches(t, 2, 8, 10, 10), t.TempDir()
	var want written
	for i, how := range []string{"", "--memory 0", "--memory 0 --cache CACHE", "--cache CACHE"} {
		at := filepath.Join(dir, fmt.Sprintf("%d.json", i))
		args := append(strings.Fields(how), "--data", data, "--net", "simple", "--epochs", "2", "--batch", "5", "--stop-at", "0",
			"--augment", "flip,shift=2,cutmix=1", "--normalize", "measured", "--json", at)
		for k := range args {
			args[k] = strings.ReplaceAll(args[k], "CACHE", filepath.Join(dir, "cache"))
		}
		if got := run(ownImages, args...); got.status != 0 {
			t.Fatal(got.stderr)
		}
		got := readResults(t, at)
		if i == 0 {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got.Epochs) != 2 {
			t.Errorf("%s (-held +got):\n%s", how, diff)
		}
	}
}

// TestImagesOfArrays trains on an IDX pair, which is taken as it is.
func TestImagesOfArrays(t *testing.T) {
	dir := t.TempDir()
	images, labels := []byte{0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 4, 0, 0, 0, 5}, []byte{0, 0, 8, 1, 0, 0, 0, 20}
	for i := range 20 {
		labels = append(labels, byte(i%2))
		for range 4 * 5 {
			images = append(images, byte(200*(i%2)+i))
		}
	}
	for name, text := range map[string][]byte{"own-images-idx3-ubyte": images, "own-labels-idx1-ubyte": labels} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"--data", dir, "--net", "simple", "--epochs", "1", "--quiet", "--force", "--json", filepath.Join(t.TempDir(), "run.json")}
	got := run(ownImages, args...)
	if got.status != 0 {
		t.Fatal(got.stderr)
	}
	if again := run(ownImages, "--config", args[len(args)-1], "--quiet"); closing(again) != closing(got) {
		t.Errorf("want %s, got %+v", closing(got), again)
	}
	for _, wrong := range [][]string{{"--cache", filepath.Join(dir, "x")}, {"--fit", "fill"}} {
		got := run(ownImages, append(args, wrong...)...)
		if got.status != 2 || !strings.HasPrefix(got.stderr, "images: "+wrong[0]+": want none, as "+dir+" has arrays") {
			t.Errorf("%v: got %+v", wrong, got)
		}
	}
}

// TestImagesFolds tests on each image once, and each run says on which.
func TestImagesFolds(t *testing.T) {
	data := patches(t, 2, 6, 10, 10)
	for k := 1; k <= 3; k++ {
		got := run(ownImages, "data", "--data", data, "--fold", fmt.Sprintf("%d/3", k))
		if got.status != 0 || !strings.Contains(got.stdout, fmt.Sprintf("8 training and 4 test images of 10×10 in colour in 2 classes; part %d of 3 is tested on, stratified, seed 1\n", k)) {
			t.Errorf("got %+v", got)
		}
	}
}

// TestImagesWrongly has what cannot be met said by the flag that asks for it.
func TestImagesWrongly(t *testing.T) {
	data, dir := patches(t, 2, 6, 10, 10), t.TempDir()
	parts := filepath.Join(dir, "parts")
	for _, part := range []string{"train", "test"} {
		if err := os.CopyFS(filepath.Join(parts, part), os.DirFS(data)); err != nil {
			t.Fatal(err)
		}
	}
	bad := filepath.Join(dir, "bad")
	if err := os.CopyFS(bad, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bad, "kind 000", "x.png"), []byte("no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args   string
		status int
		want   string
	}{
		{"", 2, "images: --data: want pictures, in a folder or a file, as images --data DIR, got none\n"},
		{"--data DATA --size 0", 2, `images: --size: want a side such as 64, or height and width such as 48x64, of 1 to 4096 pixels, got "0"`},
		{"--data DATA --size 10y9", 2, `images: --size: want a side`},
		{"--data DATA --size 9999", 2, `images: --size: want a side`},
		{"--data DATA --memory -1", 2, "images: --memory: want 0 to 1048576 MiB, got -1"},
		{"--data DATA --fit round", 2, `images: --fit: want one of inside, fill, stretch, got "round"`},
		{"--data DATA --fold 4/3", 2, `images: --fold: want a part and how many there are, such as 1/5 to 5/5, got "4/3"`},
		{"--data DATA --fold 0/3", 2, `images: --fold: want a part`},
		{"--data DATA --fold 1/3 --test-share 0.1", 2, "images: --fold: want none with --test-share"},
		{"--data DATA --fold 1/99", 1, "images: --fold: "},
		{"--data DATA --test-share 1", 2, "images: --test-share: want a share above 0 and below 1, got 1"},
		{"--data DATA --test-share 0.01", 1, "images: --test-share: "},
		{"--data PARTS --test-share 0.1", 2, "images: --test-share: want data without a test part, got one of 12 images"},
		{"--data PARTS --fold 1/2", 2, "images: --fold: want data without a test part, got one of 12 images"},
		{"--data DATA --augment turn=3", 2, `images: --augment: want a transform, such as crop=4, got "turn=3"`},
		{"--data DATA --augment rotate=200", 2, "images: --augment: rotate=200: want degrees above 0 and at most 180, got 200\n"},
		{"--data DATA --augment crop=10", 2, "images: --augment: crop=10: want fewer pixels than the sides of the images have, 10×10, got 10\n"},
		{"--data DATA --size 8 --augment flip,crop=8", 2, "images: --augment: crop=8: want fewer pixels than the sides of the images have, 8×8, got 8\n"},
		{"--data DATA --grey --augment hue=0.1", 2, "images: --augment: hue=0.1: want images of 3 channels, red, green and blue, for hue, got 1: leave it out\n"},
		{"--dataset rendered-digits --augment crop=28", 2, "images: --augment: crop=28: want fewer"},
		{"data --data DATA --sheet DIR/a.png --augmented --augment cutout=21", 2, "images: --augment: cutout=21: want at most twice as many pixels as the sides of the images have, 10×10, got 21\n"},
		{"--data DATA --normalize mesured", 2, `images: --normalize: want measured, none or MEAN:DEV, such as 0.5:0.25, got "mesured": did you mean measured?`},
		{"--data DATA --normalize 0.5:0", 2, "images: --normalize: want a deviation above 0, got 0"},
		{"--data DATA --normalize 0.5,0.4:0.2 --net dense128", 2, "images: --normalize: want a number, or one for each of 3 channels, got 2"},
		{"--data DATA --normalize 0.5:x", 2, "images: --normalize: want measured"},
		{"--data DATA --train-samples 99", 2, "images: --train-samples: want at most 10, as patches has, got 99"},
		{"--data DATA --net resnet20", 1, "images: --net: network resnet20: input: want a picture (C, H, W) of 1 or 3 channels and at least 28×28 pixels, got (3, 10, 10)"},
		{"--data DATA --classes DIR/none", 1, "images: --data: open "},
		{"--data BAD", 1, "images: --data: "},
		{"--data DIR/none", 1, "images: --data: "},
		{"--dataset rendered-digits --grey", 2, "images: --grey: want none with --dataset, whose images are as they are"},
		{"data --data DATA --augmented", 2, "images: --augmented: want --sheet FILE too"},
		{"data --data DATA --sheet DIR/a.png --augmented", 2, "images: --augmented: want --augment TEXT too"},
		{"data --data DATA --augment flip", 2, "images: --augment: want --augmented too"},
		{"data --data DATA --sheet DIR/a.jpg", 2, "images: --sheet: want a name that ends in .png, got "},
		{"data --data DATA --force", 2, "images: --force: want --sheet or --json FILE too"},
		{"predict a.png", 2, "images: predict: want the file of a trained network"},
	} {
		args := strings.Fields(tt.args)
		for i := range args {
			args[i] = strings.NewReplacer("DATA", data, "PARTS", parts, "BAD", bad, "DIR", dir).Replace(args[i])
		}
		got := run(ownImages, args...)
		lines := 1
		if tt.status == 2 {
			lines = 2
		}
		if got.status != tt.status || !strings.HasPrefix(got.stderr, tt.want) || strings.Count(got.stderr, "\n") != lines {
			t.Errorf("%s: want %d and %q, got %+v", tt.args, tt.status, tt.want, got)
		}
	}
	got := run(ownImages, "data", "--data", bad)
	if got.status != 1 || !strings.Contains(got.stderr, "x.png") || !strings.HasSuffix(got.stderr, ": leave them out with --skip-bad\n") {
		t.Errorf("want the file named, and what helps, got %+v", got)
	}
	got = run(ownImages, "data", "--data", bad, "--skip-bad")
	if got.status != 0 || !strings.Contains(got.stderr+got.stdout, "x.png") {
		t.Errorf("want the file named, and left out, got %+v", got)
	}
}

// TestChosen is of the images' size, colours and number, and of the optimiser.
func TestChosen(t *testing.T) {
	for _, tt := range []struct {
		channels, height, width, images int
		optimizer                       string
		want                            chosen
	}{
		{1, 28, 28, 60_000, "adam", chosen{"lesson", 10, 0.001, "constant", "small images"}},
		{3, 32, 32, 50_000, "adam", chosen{"resnet20", 12, 0.003, "one-cycle", "small images in colour"}},
		{3, 32, 32, 50_000, "sgd", chosen{"resnet20", 12, 0.1, "one-cycle", "small images in colour"}},
		{3, 64, 64, 500, "adamw", chosen{"resnet20", 100, 0.003, "one-cycle", "large images, not many"}},
		{1, 64, 48, 30_000, "adam", chosen{"mobile", 20, 0.003, "one-cycle", "many large images"}},
		{3, 8, 8, 1, "adam", chosen{"dense128", 100, 0.001, "constant", "images too small to convolve"}},
		{3, 16, 64, 1, "lion", chosen{"lesson", 100, 0.0001, "constant", "small images"}},
	} {
		f := flags{steps: steps{Optimizer: tt.optimizer}}
		d := &loaders.Dataset{Channels: tt.channels, Height: tt.height, Width: tt.width, Labels: make([]int, tt.images)}
		if diff := cmp.Diff(tt.want, f.choose(d), cmp.AllowUnexported(chosen{})); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt, diff)
		}
	}
}

// TestShrunk keeps proportions.
func TestShrunk(t *testing.T) {
	for _, tt := range [][4]int{{100, 100, 64, 64}, {200, 100, 64, 32}, {90, 130, 44, 64}, {4000, 1, 64, 1}} {
		if h, w := shrunk(tt[0], tt[1]); h != tt[2] || w != tt[3] {
			t.Errorf("%d×%d: want %d×%d, got %d×%d", tt[0], tt[1], tt[2], tt[3], h, w)
		}
	}
}

// TestPreparedAsTrained has predict and serve make of a picture the bytes that training
// was shown, whatever the fit.
func TestPreparedAsTrained(t *testing.T) {
	data := patches(t, 2, 6, 12, 16)
	for _, how := range fits {
		fit, err := loaders.ParseFit(how)
		if err != nil {
			t.Fatal(err)
		}
		trained, _, err := loaders.Open(t.Context(), data, loaders.OpenConfig{Height: 9, Width: 7, Fit: fit})
		if err != nil {
			t.Fatal(err)
		}
		net, err := graph.New(graph.Config{Input: graph.Shape{3, 9, 7}}, graph.Flatten{}, graph.Dense{Units: 2})
		if err != nil {
			t.Fatal(err)
		}
		if err := net.SetDetails(graph.Details{Metadata: map[string]string{preparationKey: how}}); err != nil {
			t.Fatal(err)
		}
		prepare, err := ownImages.preparer(net)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(trained.File(3))
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		got, err := prepare(m, graph.Shape{3, 9, 7})
		if diff := cmp.Diff(trained.Image(3), got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", how, err, diff)
		}
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 9, 7}}, graph.Flatten{}, graph.Dense{Units: 2})
	if err == nil {
		err = net.SetDetails(graph.Details{Metadata: map[string]string{preparationKey: "ironed"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ownImages.preparer(net); err == nil || !strings.Contains(err.Error(), `got "ironed"`) {
		t.Errorf("want an error of a preparation that is none, got %v", err)
	}
}

// TestImagesOfOtherArrays are told of with the flag that helps, which the loader does not
// know.
func TestImagesOfOtherArrays(t *testing.T) {
	dir := t.TempDir()
	colour, row, classes := filepath.Join(dir, "colour", "x.npz"), filepath.Join(dir, "rows.csv"), filepath.Join(dir, "classes.txt")
	must(t, os.MkdirAll(filepath.Dir(colour), 0o755))
	must(t, npy.WriteNPZFile(colour, []npy.Entry{
		{Name: "x_train", Array: npy.FromUint8s([]int{8, 5, 5, 3}, make([]uint8, 8*5*5*3))},
		{Name: "y_train", Array: npy.FromUint8s([]int{8}, []uint8{0, 1, 2, 0, 1, 2, 0, 1})},
	}))
	must(t, os.WriteFile(row, []byte("label,pixel0,pixel1,pixel2,pixel3,pixel4,pixel5,pixel6\n0,1,2,3,4,5,6,7\n1,1,2,3,4,5,6,7\n"), 0o644))
	must(t, os.WriteFile(classes, []byte("a\nb\n"), 0o644))
	for args, want := range map[string]string{
		"COLOUR --grey":            "want images of channels 1, got (8, 5, 5, 3): leave out --grey\n",
		"COLOUR --size 6":          "want images of height 6, got (8, 5, 5, 3): arrays are taken as they are; give their size as --size HxW, or leave out --size\n",
		"COLOUR --classes CLASSES": "y_train: label 2: want a label below 2, the number of classes, got 2: name all classes in the file of --classes, or leave it out\n",
		"ROWS":                     "want images that are squares, in 1 channel or 3, got 7 values each: say it with --size HxW\n",
		"ROWS --size 2x3":          "want images of 2×3, in 1 channel or 3, got 7 values each: arrays are taken as they are; give their size as --size HxW, or leave out --size\n",
	} {
		fields := strings.Fields(strings.NewReplacer("COLOUR", colour, "ROWS", row, "CLASSES", classes).Replace(args))
		got := run(ownImages, append([]string{"data", "--data"}, fields...)...)
		if got.status != 1 || !strings.HasPrefix(got.stderr, "images: --data: "+filepath.Dir(fields[0])) || !strings.HasSuffix(got.stderr, want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: want %q, got %+v", args, want, got)
		}
	}
	if got := run(ownImages, "data", "--data", row, "--size", "1x7"); got.status != 0 && !strings.Contains(got.stderr, "--test-share") {
		t.Errorf("want what helps to help, got %+v", got)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestImagesNotHeld are told of, and what would hold them does.
func TestImagesNotHeld(t *testing.T) {
	data, cache := patches(t, 2, 10, 200, 200), filepath.Join(t.TempDir(), "cache") // 2.3 MiB
	const told = "\nPictures: 3 MiB, not held in memory but decoded in each epoch anew; --memory 3 would hold them\n"
	for args, want := range map[string]string{
		"--memory 2": told,
		"--memory 0": told,
		"--memory 0 --train-samples 2 --test-samples 2": told,
		"--memory 0 --cache CACHE":                      "\nPictures: 3 MiB, not held in memory but read from the file of --cache in each epoch; --memory 3 would hold them\n",
		"--memory 3":                                    "",
		"":                                              "",
	} {
		fields := strings.Fields(strings.ReplaceAll(args, "CACHE", cache))
		got := run(ownImages, append([]string{"data", "--data", data, "--size", "200"}, fields...)...)
		if got.status != 0 || !strings.Contains(got.stdout, want) || want == "" && strings.Contains(got.stdout, "Pictures: ") {
			t.Errorf("%s: want %q, got %+v", args, want, got)
		}
	}
}

// TestImagesMemory of 0 is kept for another run, and the default of what has none is none.
func TestImagesMemory(t *testing.T) {
	data, at := patches(t, 2, 6, 10, 10), filepath.Join(t.TempDir(), "run.json")
	got := run(ownImages, "--data", data, "--net", "dense128", "--epochs", "1", "--memory", "0", "--quiet", "--json", at)
	if got.status != 0 {
		t.Fatal(got.stderr)
	}
	wantText(t, at, `"memory": 0`)
	again := run(ownImages, "--config", at)
	if again.status != 0 || !strings.Contains(again.stdout, "not held in memory") {
		t.Errorf("want --memory 0 again, got %+v", again)
	}
}

// TestImagesOfOne are an image, not images.
func TestImagesOfOne(t *testing.T) {
	data := patches(t, 2, 4, 10, 10)
	const from = "kind 000/01.png"
	for _, at := range []string{"test", "train"} {
		for _, class := range []string{"kind 000", "kind 001"} {
			must(t, os.MkdirAll(filepath.Join(data, "parts", at, class), 0o755))
		}
		content, err := os.ReadFile(filepath.Join(data, from))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(data, "parts", at, from), content, 0o644))
	}
	other, err := os.ReadFile(filepath.Join(data, "kind 001/02.png"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(data, "parts", "train", "kind 001/02.png"), other, 0o644))
	got := run(ownImages, "data", "--data", filepath.Join(data, "parts"))
	wantLines(t, got.stdout, "2 training and 1 test image of", "Test: 1 image of 3×10×10", "0 within test, 1 test image that is in training\n")
	if s := command.Counted(1, "class", "classes") + ", " + command.Counted(0, "class", "classes") + ", " + command.Counted(12, "class", "classes"); s != "1 class, 0 classes, 12 classes" {
		t.Errorf("got %s", s)
	}
}
