package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/image/font"

	"euryale/cmd/internal/commandtest"
	"euryale/internal/canvas"
	"euryale/internal/picture"
	"euryale/nets/filters"
)

// TestMain lets no progress be told, however slow the machine is.
func TestMain(m *testing.M) {
	plainPace = pace{time.Hour, time.Hour}
	os.Exit(m.Run())
}

// result is what a run of the command leaves.
type result struct {
	status         int
	stdout, stderr string
}

func runFilters(args ...string) result {
	var stdout, stderr bytes.Buffer
	status := run(context.Background(), args, &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// coloured is a small picture with slopes and a half-transparent square.
func coloured() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 21, 14))
	for y := range 14 {
		for x := range 21 {
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * 12), uint8(y * 17), uint8((x*y*5 + x) % 256), 255})
			if x > 14 && y > 9 {
				m.SetNRGBA(x, y, color.NRGBA{200, 100, 0, 128})
			}
		}
	}
	return m
}

// writePicture encodes a picture by the ending of its name.
func writePicture(t *testing.T, path string, m image.Image) {
	t.Helper()
	var b bytes.Buffer
	var err error
	if filepath.Ext(path) == ".png" {
		err = png.Encode(&b, m)
	} else {
		err = jpeg.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	commandtest.WriteFile(t, path, b.Bytes())
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(commandtest.ReadFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantPixels holds a PNG file against a picture.
func wantPixels(t *testing.T, path string, want image.Image) {
	t.Helper()
	got := readPNG(t, path)
	if got.Bounds().Size() != want.Bounds().Size() {
		t.Fatalf("%s: want %v, got %v", path, want.Bounds().Size(), got.Bounds().Size())
	}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			a, b := color.NRGBA64Model.Convert(want.At(x, y)), color.NRGBA64Model.Convert(got.At(x, y))
			if a != b {
				t.Fatalf("%s: pixel %d,%d: want %v, got %v", path, x, y, a, b)
			}
		}
	}
}

func find(t *testing.T, name string) filters.Filter {
	t.Helper()
	f, err := filters.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func apply(t *testing.T, f filters.Filter, m image.Image, e filters.Edge) image.Image {
	t.Helper()
	m, err := f.Apply(context.Background(), m, e)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func pool(t *testing.T, p filters.Pool, m image.Image) image.Image {
	t.Helper()
	m, err := p.Apply(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSheet(t *testing.T) {
	t.Chdir(t.TempDir())
	commandtest.Want(t, result{0, "scene-filters.png: contact sheet of 20 filters, 1888×924\n", ""}, runFilters())
	commandtest.WantFiles(t, "scene-filters.png")
	sheet := readPNG(t, "scene-filters.png")
	if sheet.Bounds().Size() != image.Pt(1888, 924) {
		t.Errorf("want 1888×924, got %v", sheet.Bounds())
	}
	// The cells hold what the filters make, in their order.
	small, err := shrink(context.Background(), filters.Scene(), cellSide)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range filters.All() {
		want := apply(t, f, small, filters.Wrap)
		x, y := 12+(i+1)%7*(cellSide+12), 48+(i+1)/7*(cellSide+36)
		for at := range cellSide {
			a, b := color.NRGBAModel.Convert(want.At(at, at)), color.NRGBAModel.Convert(sheet.At(x+at, y+at))
			if a != b {
				t.Fatalf("%s: pixel %d,%d: want %v, got %v", f.Name, at, at, a, b)
			}
		}
	}
}

// TestSheetLabels: no label is wider than a cell.
func TestSheetLabels(t *testing.T) {
	face := canvas.Regular(15)
	from, to := image.NewGray(image.Rect(0, 0, 256, 256)), image.NewGray(image.Rect(0, 0, 128, 128))
	for _, f := range filters.All() {
		if w := textWidth(face, label(f, from, to)); w > cellSide {
			t.Errorf("%s: want at most %d pixels, got %d", label(f, from, to), cellSide, w)
		}
	}
}

func TestSheetOfAPicture(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.jpg", image.NewGray(image.Rect(0, 0, 1201, 600)))
	writePicture(t, "tiny.png", coloured())
	commandtest.Want(t, result{0, "photo-filters-pool2.png: contact sheet of 20 filters, 1888×924\n", ""}, runFilters("--pool", "2", "photo.jpg"))
	commandtest.Want(t, result{0, "tiny-filters-then-average3.png: contact sheet of 18 filters, 1888×924\n", ""}, runFilters("--then", "--pool=3", "--average", "tiny.png"))
}

func TestFilter(t *testing.T) {
	t.Chdir(t.TempDir())
	m := coloured()
	writePicture(t, "photo.png", m)
	for _, tt := range []struct {
		args   string
		stdout string
		want   map[string]func() image.Image
	}{
		{"--filter emboss", "photo-emboss.png: 21×14\n", map[string]func() image.Image{
			"photo-emboss.png": func() image.Image { return apply(t, find(t, "emboss"), m, filters.Wrap) },
		}},
		{
			"--filter vertical-lines,median --pool 2 --edges clamp",
			"photo-vertical-lines-pool2.png: 21×14 → max-pool 2×2 → 10×7\nphoto-median-pool2.png: 21×14 → max-pool 2×2 → 10×7\n",
			map[string]func() image.Image{
				"photo-vertical-lines-pool2.png": func() image.Image {
					return pool(t, filters.Pool{Size: 2}, apply(t, find(t, "vertical-lines"), m, filters.Clamp))
				},
				"photo-median-pool2.png": func() image.Image {
					return pool(t, filters.Pool{Size: 2}, apply(t, find(t, "median"), m, filters.Clamp))
				},
			},
		},
		{"--filter blur-5x5 --pool 3 --average --edges valid", "photo-blur-5x5-average3.png: 17×10 → average-pool 3×3 → 5×3\n", map[string]func() image.Image{
			"photo-blur-5x5-average3.png": func() image.Image {
				return pool(t, filters.Pool{Size: 3, Average: true}, apply(t, find(t, "blur-5x5"), m, filters.Valid))
			},
		}},
		{"--kernel=-1,0,1 --factor=-1/2 --bias=99.5 --out own.png", "own.png: kernel 1×3, factor -0.5, bias 99.5: 21×14\n", map[string]func() image.Image{
			"own.png": func() image.Image {
				return apply(t, filters.Filter{Matrix: filters.Matrix{{-1, 0, 1}}, Factor: -0.5, Bias: 99.5}, m, filters.Wrap)
			},
		}},
		{"--filter vertical-lines,sharpen --then", "photo-vertical-lines-sharpen-then-pool2.png: 21×14 → vertical-lines → ReLU → max-pool 2×2 → 10×7 → sharpen → ReLU → max-pool 2×2 → 5×3; white is 1872\n", map[string]func() image.Image{
			"photo-vertical-lines-sharpen-then-pool2.png": func() image.Image {
				maps, err := filters.Chain{Filters: []filters.Filter{find(t, "vertical-lines"), find(t, "sharpen")}, Pool: filters.Pool{Size: 2}}.Apply(context.Background(), m)
				if err != nil {
					t.Fatal(err)
				}
				return maps.Image(maps.Peak())
			},
		}},
	} {
		t.Run(tt.args, func(t *testing.T) {
			commandtest.Want(t, result{0, tt.stdout, ""}, runFilters(append(strings.Fields(tt.args), "photo.png")...))
			for path, want := range tt.want {
				wantPixels(t, path, want())
			}
		})
	}
}

// TestBesidePicture: what comes of a picture lies where that does, in the form
// of that.
func TestBesidePicture(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(t.TempDir())
	deep := image.NewNRGBA64(image.Rect(0, 0, 5, 4))
	for i := range deep.Pix {
		deep.Pix[i] = uint8(i * 3)
	}
	for name, m := range map[string]image.Image{
		"grey.jpeg": image.NewGray(image.Rect(0, 0, 9, 9)), "deep.png": deep, "grey16.png": image.NewGray16(image.Rect(0, 0, 3, 4)),
	} {
		writePicture(t, filepath.Join(dir, name), m)
		if got := runFilters("--filter", "blur", filepath.Join(dir, name)); got.status != 0 {
			t.Fatalf("%s: got %+v", name, got)
		}
		made := readPNG(t, filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+"-blur.png"))
		if made.ColorModel() != m.ColorModel() || made.Bounds() != m.Bounds() {
			t.Errorf("%s: want %v, got %T of %v", name, m.Bounds(), made, made.Bounds())
		}
	}
	commandtest.WantFiles(t)
}

func TestNeverOverwrites(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	commandtest.WriteFile(t, "photo-emboss.png", []byte("precious"))
	args := []string{"--filter", "blur,emboss", "photo.png"}
	want := result{1, "", "filters: photo-emboss.png exists: --force replaces it, --out writes elsewhere\n"}
	commandtest.Want(t, want, runFilters(args...))
	commandtest.WantFiles(t, "photo-emboss.png", "photo.png")
	if string(commandtest.ReadFile(t, "photo-emboss.png")) != "precious" {
		t.Error("want the file as it was")
	}
	if got := runFilters(append(args, "--force")...); got.status != 0 {
		t.Fatalf("--force: got %+v", got)
	}
	wantPixels(t, "photo-emboss.png", apply(t, find(t, "emboss"), coloured(), filters.Wrap))
	commandtest.WantFiles(t, "photo-blur.png", "photo-emboss.png", "photo.png")
}

// TestSaveNeverOverwrites: not even a file that came to be there while the
// picture was made.
func TestSaveNeverOverwrites(t *testing.T) {
	t.Chdir(t.TempDir())
	commandtest.WriteFile(t, "there.png", []byte("precious"))
	err := save(context.Background(), "there.png", &picture.Picture{Image: coloured()}, false)
	if want := "there.png exists: --force replaces it, --out writes elsewhere"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	commandtest.WantFiles(t, "there.png")
	if string(commandtest.ReadFile(t, "there.png")) != "precious" {
		t.Error("want the file as it was")
	}
}

func TestOut(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	if err := os.Mkdir("sub", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("folder.png", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args string
		want result
	}{
		{"--filter blur --out one.PNG photo.png", result{0, "one.PNG: 21×14\n", ""}},
		{"--filter blur,mean --out sub photo.png", result{0, "sub/photo-blur.png: 21×14\nsub/photo-mean.png: 21×14\n", ""}},
		{"--filter mean --out folder.png photo.png", result{0, "folder.png/photo-mean.png: 21×14\n", ""}},
		{"--filter mean --out name photo.png", result{0, "name.png: 21×14\n", ""}},
		{"--filter mean --out v1.5 photo.png", result{0, "v1.5.png: 21×14\n", ""}},
		{"--filter mean --out new/ photo.png", result{0, "new/photo-mean.png: 21×14\n", ""}},
		{"--filter mean --out new/deep/x.png photo.png", result{1, "", "filters: cannot write new/deep/x.png: no such file or directory\n"}},
		{"--filter mean --out new/deep/x photo.png", result{1, "", "filters: cannot write new/deep/x.png: no such file or directory\n"}},
		{"--filter mean --out new/deep/ photo.png", result{0, "new/deep/photo-mean.png: 21×14\n", ""}},
		{"--filter mean,blur --out two photo.png", result{0, "two/photo-mean.png: 21×14\ntwo/photo-blur.png: 21×14\n", ""}},
		{"--filter mean --out photo.png/x.png photo.png", result{1, "", "filters: cannot write photo.png/x.png: not a directory\n"}},
		{"--filter mean --out bad/ missing.png", result{1, "", "filters: open missing.png: no such file or directory\n"}},
		{"--filter mean --out one.jpg photo.png", result{2, "", "filters: --out: want a name that ends in .png, or a folder, got one.jpg\nRun 'filters --help' for usage.\n"}},
		{"--filter mean --out - photo.png", result{2, "", "filters: --out: want a file or a folder, got -, and nothing writes a picture to standard output\nRun 'filters --help' for usage.\n"}},
		{"--filter mean,blur --out two.png photo.png", result{2, "", "filters: --out: want a folder for 2 pictures, got two.png\nRun 'filters --help' for usage.\n"}},
		{"--filter mean --out= photo.png", result{2, "", "filters: --out: want a file or a folder, got nothing\nRun 'filters --help' for usage.\n"}},
	} {
		t.Run(tt.args, func(t *testing.T) {
			got := runFilters(strings.Fields(tt.args)...)
			got.stdout = filepath.ToSlash(got.stdout)
			commandtest.Want(t, tt.want, got)
		})
	}
	commandtest.WantFiles(t, "folder.png/photo-mean.png", "name.png", "new/deep/photo-mean.png", "new/photo-mean.png", "one.PNG", "photo.png",
		"sub/photo-blur.png", "sub/photo-mean.png", "two/photo-blur.png", "two/photo-mean.png", "v1.5.png")
}

// header is a PNG file that says it has w×h pixels, and ends.
func header(t *testing.T, w, h uint32) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return withSize(b.Bytes()[:33], w, h)
}

func TestBadPictures(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	writePicture(t, "photo.jpg", coloured())
	pngFile, jpegFile := commandtest.ReadFile(t, "photo.png"), commandtest.ReadFile(t, "photo.jpg")
	for name, content := range map[string][]byte{
		"cut.png": pngFile[:len(pngFile)/2], "cut.jpg": jpegFile[:len(jpegFile)/2], "head.png": pngFile[:20],
		"text.png": []byte("no picture"), "empty.jpg": nil,
		"huge.png": header(t, 40000, 30000), "endless.png": header(t, 1<<31-1, 1<<31-1), "limit.png": header(t, 10000, 10000),
		"flipped.png": bytes.Replace(pngFile, []byte("IDAT"), []byte("IDAT~"), 1),
	} {
		commandtest.WriteFile(t, name, content)
	}
	if err := os.Mkdir("folder", 0o755); err != nil {
		t.Fatal(err)
	}
	const short = "file is cut short: pixels are missing\n"
	for name, want := range map[string]string{
		"cut.png":     "cut.png: the PNG " + short,
		"cut.jpg":     "cut.jpg: the JPEG " + short,
		"head.png":    "head.png: the PNG " + short,
		"flipped.png": `flipped.png: the PNG file is damaged: the checksum of a chunk "IDAT" is wrong` + "\n",
		"limit.png":   "limit.png: the PNG " + short, // not too large, but cut off
		"text.png":    "text.png: want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got something else\n",
		"empty.jpg":   "empty.jpg: want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got an empty file\n",
		"huge.png":    "huge.png: want a picture of at most 100 megapixels, got 1200: 40000×30000\n",
		"endless.png": "endless.png: ",
		"missing.png": "open missing.png: ",
		"mean":        "want a picture here, and filters with commas: --filter NAME,mean: open mean: ",
		"folder":      "folder: want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got a folder\n",
	} {
		for _, args := range [][]string{{"--filter", "blur"}, {"--then"}, {"explain", "--at=0,0", "--filter=blur"}} {
			got := runFilters(append(args, name)...)
			if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, "filters: "+want) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%v: want exit status 1 and one line %q, got %+v", args, want, got)
			}
		}
	}
	commandtest.WantFiles(t, "cut.jpg", "cut.png", "empty.jpg", "endless.png", "flipped.png", "head.png", "huge.png", "limit.png", "photo.jpg", "photo.png", "text.png")
}

func TestTooSmall(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "tiny.png", image.NewGray(image.Rect(0, 0, 4, 4)))
	for args, want := range map[string]string{
		"--filter motion-blur --edges valid": "tiny.png: filter motion-blur: want a picture of at least 9×9 pixels, got 4×4",
		"--filter mean --pool 5":             "tiny.png: max-pool 5×5: want a picture of at least 5×5 pixels, got 4×4",
		"--filter mean,blur,mean --then":     "tiny.png: filter mean: want a picture of at least 2×2 pixels, got 1×1",
	} {
		commandtest.Want(t, result{1, "", "filters: " + want + "\n"}, runFilters(append(strings.Fields(args), "tiny.png")...))
	}
	commandtest.WantFiles(t, "tiny.png")
}

func TestUsageErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		args          []string
		want, command string
	}{
		{[]string{"--filter", "embos"}, `--filter: want names that 'filters list' prints, got "embos": did you mean emboss?`, "filters"},
		{[]string{"--filter", ""}, `--filter: want a name, got none; 'filters list' names all`, "filters"},
		{[]string{"--filter", "blur,mean,blur"}, "--filter: want each filter once, got blur twice", "filters"},
		{[]string{"--kernel", "1 2; 3 4"}, "--kernel: want odd numbers of rows and columns, at most 99, got 2×2", "filters"},
		{[]string{"--kernel", "1 2 3; 4 5"}, "--kernel: row 2: want 3 numbers as in row 1, got 2", "filters"},
		{[]string{"--kernel", "0,5 1 0,5"}, `--kernel: row 1: want either blanks or commas between numbers, and decimal points, got "0,5 1 0,5"`, "filters"},
		{[]string{""}, "want the name of a picture, got an empty one", "filters"},
		{[]string{"--kernel", ""}, "--kernel: want rows of numbers such as '0 1 0; 1 -4 1; 0 1 0', got none", "filters"},
		{[]string{"--kernel", "1", "--factor", "half"}, `--factor: want a number such as 2, -0.5 or 1/9, got "half"`, "filters"},
		{[]string{"--kernel", "1", "--factor", "0"}, "--factor: want a number between -1e6 and 1e6, not 0, got 0", "filters"},
		{[]string{"--kernel", "1", "--bias", "1e7"}, "--bias: want a number between -1e6 and 1e6, got 1e+07", "filters"},
		{[]string{"--filter", "blur", "--factor", "2"}, "--factor: want --kernel too: filters with names have their own", "filters"},
		{[]string{"--bias", "2"}, "--bias: want --kernel too: filters with names have their own", "filters"},
		{[]string{"--edges", "mirror"}, `--edges: want wrap, clamp or valid, got "mirror"`, "filters"},
		{[]string{"--pool", "0"}, "--pool: want a number from 1 to 256, got 0", "filters"},
		{[]string{"--pool", "257"}, "--pool: want a number from 1 to 256, got 257", "filters"},
		{[]string{"--pool", "two"}, `--pool: want a whole number, got "two"`, "filters"},
		{[]string{"--average"}, "--average: want --pool too", "filters"},
		{[]string{"--then", "--filter", "blur,median"}, "--then: want convolutions, and median is none", "filters"},
		{[]string{"a.png", "b.png"}, `want one picture at most, got 2: ["a.png" "b.png"]`, "filters"},
		{[]string{"--sharpen"}, "unknown flag: --sharpen", "filters"},
		{[]string{"explain", "--filter", "blur"}, "explain: want a pixel, such as --at 120,80", "filters explain"},
		{[]string{"explain", "--at", "1,1"}, "explain: want a filter, such as --filter sharpen; 'filters list' names all", "filters explain"},
		{[]string{"explain", "--at", "1", "--filter", "blur"}, `--at: want a column and a row such as 120,80, got "1"`, "filters explain"},
		{[]string{"explain", "--at", "-1,2", "--filter", "blur"}, `--at: want a column and a row such as 120,80, got "-1,2"`, "filters explain"},
		{[]string{"explain", "--at", "1,2,3", "--filter", "blur"}, `--at: want a column and a row such as 120,80, got "1,2,3"`, "filters explain"},
		{[]string{"explain", "--at", "1,2", "--filter", "none"}, `--filter: want names that 'filters list' prints, got "none"`, "filters explain"},
		{[]string{"list", "none"}, `list: want names that 'filters list' prints, got "none"`, "filters list"},
		{[]string{"help", "nothing"}, `unknown command "nothing"`, "filters"},
	} {
		commandtest.Want(t, result{2, "", "filters: " + tt.want + "\nRun '" + tt.command + " --help' for usage.\n"}, runFilters(tt.args...))
	}
	commandtest.WantFiles(t)
}

// TestExplain prints the pixel that the lesson works out.
func TestExplain(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "lesson.png", &image.Gray{Pix: []uint8{0, 64, 128, 48, 192, 144, 42, 226, 168}, Stride: 3, Rect: image.Rect(0, 0, 3, 3)})
	got := runFilters("explain", "--at", "1,1", "--kernel", "-1 0 -2; .5 4.5 -1.5; 1.5 2 -3", "--edges", "valid", "lesson.png")
	commandtest.Want(t, result{0, `kernel 3×3 at 1,1 of lesson.png, 3×3, edges: valid

grey
  neighbourhood    filter            products
    0  64 128        -1    0   -2       0    0 -256
   48 192 144       0.5  4.5 -1.5      24  864 -216
   42 226 168       1.5    2   -3      63  452 -504
  sum     0 - 256 + 24 + 864 - 216 + 63 + 452 - 504 = 427
  factor  427 · 1 = 427
  bias    427 + 0 = 427
  clamp   427 to 0…255 = 255
`, ""}, got)
	commandtest.Want(t, result{1, "", "filters: lesson.png: --at: want a pixel from 0,0 to 2,2, got 3,0\n"},
		runFilters("explain", "--at", "3,0", "--filter", "blur", "lesson.png"))
	commandtest.WantFiles(t, "lesson.png")
	scene := runFilters("explain", "--at", "120,80", "--filter", "sharpen")
	if scene.status != 0 || !strings.HasPrefix(scene.stdout, "sharpen at 120,80 of built-in picture, 512×512, edges: wrap\n\nred\n") ||
		!strings.Contains(scene.stdout, "\n\ngreen\n") || !strings.Contains(scene.stdout, "\n\nblue\n") {
		t.Errorf("want three channels, got %+v", scene)
	}
}

func TestList(t *testing.T) {
	got := runFilters("list")
	if got.status != 0 || got.stderr != "" {
		t.Fatalf("got %+v", got)
	}
	for _, f := range filters.All() {
		if !strings.Contains(got.stdout, "\n"+f.Name+" ") && !strings.HasPrefix(got.stdout, f.Name+" ") {
			t.Errorf("want %s in the list, got\n%s", f.Name, got.stdout)
		}
	}
	wantScreen(t, got.stdout)
	commandtest.Want(t, result{0, "vertical-lines: 3×3, factor 1, bias 0\n  -1  0  1\n  -2  0  2\n  -1  0  1\n\nmedian: median of 3×3, no convolution\n", ""},
		runFilters("list", "vertical-lines", "median"))
	commandtest.Want(t, runFilters("list", "vertical-lines", "median"), runFilters("list", "vertical-lines,median"))
}

// wantScreen holds text to the size of a terminal.
func wantScreen(t *testing.T, text string) {
	t.Helper()
	if n := strings.Count(text, "\n"); n > 36 {
		t.Errorf("want at most 36 lines, got %d:\n%s", n, text)
	}
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("want at most 80 columns, got %d: %s", n, line)
		}
	}
}

// TestSeparators: between names of filters, and in a point, stand commas or
// blanks.
func TestSeparators(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	for _, names := range []string{"blur,mean", "blur mean", " blur , mean "} {
		got := runFilters("--filter", names, "--force", "photo.png")
		commandtest.Want(t, result{0, "photo-blur.png: 21×14\nphoto-mean.png: 21×14\n", ""}, got)
	}
	want := runFilters("explain", "--filter", "blur", "--at", "3,4", "photo.png")
	commandtest.Want(t, want, runFilters("explain", "--filter", "blur", "--at", "3 4", "photo.png"))
}

// TestHowAKernelWasRead: nine numbers in a row are no 3×3.
func TestHowAKernelWasRead(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	const nine = "1 1 1 1 1 1 1 1 1"
	commandtest.Want(t, result{0, "photo-kernel.png: kernel 1×9, factor 1/9, bias 0: 21×14\n", ""},
		runFilters("--kernel", nine, "--factor", "1/9", "photo.png"))
	commandtest.Want(t, result{0, "photo-kernel-then-pool2.png: 21×14 → kernel 1×9 → ReLU → max-pool 2×2 → 10×7; white is 1989\n", ""},
		runFilters("--kernel", nine, "--then", "photo.png"))
}

// TestDevice: a device is neither given an ending nor replaced.
func TestDevice(t *testing.T) {
	if _, err := os.Stat("/dev/null"); err != nil {
		t.Skip("no /dev/null here")
	}
	commandtest.Want(t, result{0, "/dev/null: 512×512\n", ""}, runFilters("--filter", "blur", "--out", "/dev/null"))
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help"}, {"explain", "--help"}, {"list", "-h"}, {"help", "explain"}} {
		got := runFilters(args...)
		if got.status != 0 || got.stderr != "" || !strings.Contains(got.stdout, "Usage:\n  filters") {
			t.Errorf("%v: got %+v", args, got)
		}
		wantScreen(t, got.stdout)
	}
}

func TestInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	ctx, cancel := context.WithCancel(context.Background())
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"--filter", "blur,mean,emboss", "photo.png"}, &cutting{&stdout, cancel}, &stderr)
	commandtest.Want(t, result{130, "photo-blur.png: 21×14\n", "filters: interrupted\n"}, result{status, stdout.String(), stderr.String()})
	commandtest.WantFiles(t, "photo-blur.png", "photo.png")

	for _, args := range [][]string{{}, {"photo.png", "--filter=mean"}, {"explain", "--at=1,1", "--filter=mean", "photo.png"}} {
		stdout.Reset()
		stderr.Reset()
		status := run(ctx, args, &stdout, &stderr)
		commandtest.Want(t, result{130, "", "filters: interrupted\n"}, result{status, stdout.String(), stderr.String()})
	}
	if err := save(ctx, "late.png", &picture.Picture{Image: coloured()}, false); err != context.Canceled {
		t.Errorf("save: want %v, got %v", context.Canceled, err)
	}
	commandtest.WantFiles(t, "photo-blur.png", "photo.png")
}

// cutting interrupts at the first write.
type cutting struct {
	io.Writer
	cancel func()
}

func (c *cutting) Write(p []byte) (int, error) {
	c.cancel()
	return c.Writer.Write(p)
}

// closed is an output that takes nothing.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestOutputFails(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"--filter", "blur"}, {"list"}, {"explain", "--at", "1,1", "--filter", "blur"}} {
		var stderr bytes.Buffer
		status := run(context.Background(), args, closed{}, &stderr)
		commandtest.Want(t, result{1, "", "filters: " + io.ErrClosedPipe.Error() + "\n"}, result{status, "", stderr.String()})
	}
}

func TestShrink(t *testing.T) {
	for _, tt := range []struct{ from, want image.Point }{
		{image.Pt(10, 20), image.Pt(10, 20)},
		{image.Pt(256, 1), image.Pt(256, 1)},
		{image.Pt(257, 100), image.Pt(256, 99)},
		{image.Pt(3000, 2000), image.Pt(256, 170)},
		{image.Pt(5000, 1), image.Pt(256, 1)},
	} {
		for _, m := range []image.Image{image.NewGray(image.Rectangle{Max: tt.from}), image.NewNRGBA64(image.Rectangle{Max: tt.from})} {
			got, err := shrink(context.Background(), m, 256)
			if err != nil || got.Bounds().Size() != tt.want {
				t.Errorf("%v: want %v, got %v and error %v", tt.from, tt.want, got.Bounds().Size(), err)
			}
			if got.ColorModel() != m.ColorModel() {
				t.Errorf("%T: got %T", m, got)
			}
		}
	}
}

// withSize is the header of a PNG file with another size.
func withSize(file []byte, w, h uint32) []byte {
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[16:], w)
	binary.BigEndian.PutUint32(file[20:], h)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func textWidth(face font.Face, text string) int { return font.MeasureString(face, text).Ceil() }
