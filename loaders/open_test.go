package loaders

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// made is the content of an archive or a folder, by name. A name that ends in a
// slash is a folder.
type made map[string][]byte

// plainPNG is a picture of one colour.
func plainPNG(w, h int, c color.Color) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.Set(i%w, i/w, c)
	}
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

// greyPNG is one of one grey.
func greyPNG(w, h int, v uint8) []byte {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = v
	}
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

// noisyJPEG is one in colour.
func noisyJPEG(w, h int, seed int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i*(seed+3)>>5) | 3
	}
	var b bytes.Buffer
	jpeg.Encode(&b, m, nil)
	return b.Bytes()
}

func (m made) names() []string { return slices.Sorted(maps.Keys(m)) }

// folder writes it as a folder.
func (m made) folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range m.names() {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			must(t, os.MkdirAll(at, 0o755))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(at), 0o755))
		must(t, os.WriteFile(at, m[name], 0o644))
	}
	return dir
}

// zip writes it as a zip file.
func (m made) zip(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range m.names() {
		w, err := z.Create(name)
		must(t, err)
		w.Write(m[name])
	}
	must(t, z.Close())
	return written(t, "own.zip", b.Bytes())
}

func (m made) tarred(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range m.names() {
		h := &tar.Header{Name: "./" + name, Size: int64(len(m[name])), Mode: 0o644, Typeflag: tar.TypeReg}
		if strings.HasSuffix(name, "/") {
			h.Typeflag = tar.TypeDir
		}
		must(t, w.WriteHeader(h))
		w.Write(m[name])
	}
	must(t, w.Close())
	return b.Bytes()
}

func (m made) tar(t testing.TB) string { return written(t, "own.tar", m.tarred(t)) }

func (m made) tarGz(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(m.tarred(t))
	must(t, z.Close())
	return written(t, "own.tgz", b.Bytes())
}

// ways are the forms of the same content.
var ways = map[string]func(made, testing.TB) string{"folder": made.folder, "zip": made.zip, "tar": made.tar, "tar.gz": made.tarGz}

func written(t testing.TB, name string, content []byte) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(at, content, 0o644))
	return at
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// greys are pictures of one pixel, of the values that their names end in.
func greys(names ...string) made {
	m := made{}
	for _, name := range names {
		var v int
		fmt.Sscan(name[strings.LastIndexByte(name, '/')+1:], &v)
		m[name] = greyPNG(1, 1, uint8(v))
	}
	return m
}

// with is m and other files.
func (m made) with(content string, names ...string) made {
	m = maps.Clone(m)
	for _, name := range names {
		m[name] = []byte(content)
	}
	return m
}

// TestOpenFindsClasses in each form, held and streamed.
func TestOpenFindsClasses(t *testing.T) {
	cats := greys("cat/1.png", "cat/2.png", "dog/3.png", "dog/more/4.png")
	parts := greys("train/cat/1.png", "train/dog/2.png", "test/dog/3.png", "test/cat/4.png")
	for _, tt := range []struct {
		name        string
		content     made
		config      OpenConfig
		classes     []string
		train, test []int // pixel·10 + label
		log         string
	}{
		{"a folder a class", cats, OpenConfig{}, []string{"cat", "dog"}, []int{10, 20, 31, 41}, nil, ""},
		{"hidden files", cats.with("x", ".DS_Store", "cat/.x", "cat/Thumbs.db", "dog/desktop.ini", "__MACOSX/cat/1.png", ".git/x"), OpenConfig{}, []string{"cat", "dog"}, []int{10, 20, 31, 41}, nil, ""},
		{"files beside", cats.with("x", "README"), OpenConfig{}, []string{"cat", "dog"}, []int{10, 20, 31, 41}, nil, "1 file beside the folders is left out\n"},
		{"training and test", parts, OpenConfig{}, []string{"cat", "dog"}, []int{10, 21}, []int{40, 31}, ""},
		{"folders around", greys("a/b/Train/cat/1.png", "a/b/Train/dog/2.png", "a/b/val/dog/3.png"), OpenConfig{}, []string{"cat", "dog"}, []int{10, 21}, []int{31}, "no test images of cat\n"},
		{"test without classes", greys("train/cat/1.png", "train/dog/2.png", "test/3.png"), OpenConfig{}, []string{"cat", "dog"}, []int{10, 21}, nil, "the folder test is left out: it holds no classes, or the test images come from another\n"},
		{"classes in an order", cats, OpenConfig{Classes: []string{"dog", "cat"}}, []string{"dog", "cat"}, []int{30, 40, 11, 21}, nil, ""},
		{"some classes", greys("a/1.png", "b/2.png", "c/3.png"), OpenConfig{Classes: []string{"c", "a"}}, []string{"c", "a"}, []int{30, 11}, nil, "1 folder of no class asked for is left out\n"},
		{"a share", greys("a/1.png", "a/2.png", "a/3.png", "a/4.png", "b/5.png", "b/6.png"), OpenConfig{TrainSamples: 3}, []string{"a", "b"}, []int{10, 20, 61}, nil, ""},
	} {
		for way, write := range ways {
			for _, memory := range []int64{0, 1} {
				t.Run(fmt.Sprintf("%s/%s/%d", tt.name, way, memory), func(t *testing.T) {
					path := write(tt.content, t)
					var log strings.Builder
					tt.config.Memory, tt.config.Log = memory, &log
					train, test, err := Open(t.Context(), path, tt.config)
					must(t, err)
					if train.Streamed() != (memory == 1) {
						t.Errorf("want it streamed: %v, got %v", memory == 1, train.Streamed())
					}
					if diff := cmp.Diff(tt.classes, train.Classes); diff != "" {
						t.Errorf("classes (-want +got):\n%s", diff)
					}
					for _, part := range []struct {
						want []int
						got  *Dataset
					}{{tt.train, train}, {tt.test, test}} {
						if diff := cmp.Diff(part.want, digest(t, part.got)); diff != "" {
							t.Errorf("(-want +got):\n%s", diff)
						}
					}
					if got := strings.ReplaceAll(log.String(), path+": ", ""); got != tt.log {
						t.Errorf("log: want %q, got %q", tt.log, got)
					}
				})
			}
		}
	}
}

// digest is pixel·10 + label of each image of one pixel; nil of nil.
func digest(t *testing.T, d *Dataset) (all []int) {
	t.Helper()
	if d == nil {
		return nil
	}
	must(t, d.Check())
	b := &Batch{}
	index := make([]int, d.Len())
	for i := range index {
		index[i] = i
	}
	must(t, d.Fill(b, index))
	taken, err := d.Take(index)
	must(t, err)
	for i, l := range b.Targets[0].Labels {
		if v := int(b.Inputs[0][i]*255 + 0.5); v != int(taken.Images[i]) || l != taken.Labels[i] {
			t.Errorf("image %d: Fill has %d of class %d, Take %d of %d", i, v, l, taken.Images[i], taken.Labels[i])
		}
		all = append(all, 10*int(taken.Images[i])+l)
	}
	return all
}

// TestOpenLists what cannot be read, all at once, or leaves it out.
func TestOpenLists(t *testing.T) {
	good := noisyJPEG(8, 8, 1)
	content := made{
		"a/0.jpg": good, "a/1.jpg": good[:len(good)-20], "a/2.txt": []byte("no picture"), "a/3.png": nil,
		"b/0.jpg": good, "b/1.jpg": good,
	}
	const (
		short = "a/1.jpg (the JPEG file is cut short: pixels are missing)"
		rest  = "a/2.txt (want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got something else); a/3.png (want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got an empty file)"
	)
	for way, write := range ways {
		t.Run(way, func(t *testing.T) {
			path := write(content, t)
			_, _, err := Open(t.Context(), path, OpenConfig{})
			wantError(t, err, path+": 3 files of 6 cannot be read: "+short+"; "+rest)
			var u *UnreadableError
			if !errors.As(err, &u) || len(u.Files) != 3 || u.Files[0].Name != "a/1.jpg" {
				t.Errorf("want an *UnreadableError of a/1.jpg and two more, got %#v", err)
			}
			_, _, err = Open(t.Context(), path, OpenConfig{Memory: 1})
			wantError(t, err, path+": 2 files of 6 cannot be read: "+rest)

			var log strings.Builder
			d, _, err := Open(t.Context(), path, OpenConfig{SkipBad: true, Log: &log})
			must(t, err)
			if d.Len() != 3 || strings.Count(log.String(), "left out: a/") != 3 {
				t.Errorf("want 3 images and 3 lines, got %v and %q", d, log.String())
			}
			d, _, err = Open(t.Context(), path, OpenConfig{SkipBad: true, Memory: 1})
			must(t, err)
			b := d.Batches(BatchConfig{})
			defer b.Close()
			for b.Next() != nil {
			}
			if err := b.Err(); err == nil || !strings.Contains(err.Error(), "1.jpg: the JPEG file is cut short") || !strings.HasPrefix(err.Error(), path) {
				t.Errorf("want an error of Fill that names the picture, got %v", err)
			}
			if _, err := d.Take([]int{1}); err == nil || d.Picture(1) == nil {
				t.Error("want an error of Take, and some picture")
			}
		})
	}
}

// TestOpenListsTwenty of many, and how many more there are.
func TestOpenListsTwenty(t *testing.T) {
	content := greys("a/1.png", "b/1.png")
	for i := range 23 {
		content[fmt.Sprintf("b/%02d.jpg", i+10)] = []byte("x")
	}
	_, _, err := Open(t.Context(), content.folder(t), OpenConfig{})
	if err == nil || !strings.Contains(err.Error(), "23 files of 25 cannot be read: b/10.jpg (") || !strings.HasSuffix(err.Error(), "; and 3 more") || strings.Contains(err.Error(), "30.jpg") {
		t.Errorf("want 20 files and 3 more, got %v", err)
	}
}

func TestOpenReports(t *testing.T) {
	for _, tt := range []struct {
		name    string
		content made
		config  OpenConfig
		want    string
	}{
		{"an empty class", greys("a/1.png", "b/2.png").with("", "c/"), OpenConfig{}, "want pictures of each class, got none of c: fill or remove what is empty"},
		{"a class of bad files", greys("a/1.png").with("x", "b/2.png"), OpenConfig{SkipBad: true}, "want pictures of each class, got none of b: fill or remove what is empty"},
		{"a class that is not there", greys("a/1.png", "b/2.png"), OpenConfig{Classes: []string{"a", "x"}}, "want pictures of each class, got none of x: fill or remove what is empty"},
		{"one class", greys("a/1.png", "a/2.png"), OpenConfig{}, "want pictures of at least 2 classes, in a folder each, got 1 class: a"},
		{"a class of the test only", greys("train/a/1.png", "train/b/1.png", "test/c/1.png"), OpenConfig{}, "want in test the classes of train, got also c"},
		{"no pictures", made{}.with("x", "1.png"), OpenConfig{}, "want a folder, a zip or a tar file with a folder of pictures for each class, a CSV file of labels and paths or pixels, .npz or .npy arrays, IDX files or CIFAR's binary ones, got 1 file, such as \"1.png\""},
		{"nothing", made{}, OpenConfig{}, "want a folder, a zip or a tar file with a folder of pictures for each class, a CSV file of labels and paths or pixels, .npz or .npy arrays, IDX files or CIFAR's binary ones, got nothing in it"},
		{"a class twice", greys("a/1.png", "b/2.png"), OpenConfig{Classes: []string{"a", "a"}}, "Classes: want names that differ, got \"a\" twice, or one that is empty"},
	} {
		for way, write := range ways {
			t.Run(tt.name+"/"+way, func(t *testing.T) {
				path := write(tt.content, t)
				_, _, err := Open(t.Context(), path, tt.config)
				want := tt.want
				if len(tt.content) == 0 && way == "zip" {
					want = "want images and labels, got an empty zip archive: download it again"
				}
				if strings.HasPrefix(way, "tar") { // one without files has nothing to be known by
					want = strings.Replace(want, "got nothing in it", "got something else", 1)
				}
				if !strings.HasPrefix(want, "Classes") {
					want = path + ": " + want
				}
				wantError(t, err, want)
			})
		}
	}
}

// TestOpenClassFile in the order of a file.
func TestOpenClassFile(t *testing.T) {
	path := greys("a/1.png", "b/2.png", "c/3.png").zip(t)
	names := written(t, "classes.txt", []byte("\ufeffc\r\n\n a \r\n"))
	d, _, err := Open(t.Context(), path, OpenConfig{ClassFile: names})
	must(t, err)
	if diff := cmp.Diff([]string{"c", "a"}, d.Classes); diff != "" {
		t.Error(diff)
	}
	_, _, err = Open(t.Context(), path, OpenConfig{ClassFile: path})
	if err == nil || !strings.Contains(err.Error(), path+": want ") {
		t.Errorf("want an error of a file that is no text, got %v", err)
	}
}

// TestOpenSizes are those of the pictures, or sensible ones.
func TestOpenSizes(t *testing.T) {
	sized := func(sizes ...image.Point) made {
		m := made{}
		for i, s := range sizes {
			m[fmt.Sprintf("%d/x.png", i)] = greyPNG(s.X, s.Y, uint8(i))
		}
		return m
	}
	red := plainPNG(5, 4, color.NRGBA{R: 255, A: 255})
	for _, tt := range []struct {
		name    string
		content made
		config  OpenConfig
		want    string // channels×height×width
		log     string
	}{
		{"their own", sized(image.Pt(7, 5), image.Pt(7, 5)), OpenConfig{}, "1×5×7", ""},
		{"half of them", sized(image.Pt(70, 500), image.Pt(90, 100), image.Pt(101, 99)), OpenConfig{}, "1×64×64", "pictures of 99×70 to 500×101 become images of 64×64, whole, between bars, unless another size is asked for\n"},
		{"tiny", sized(image.Pt(3, 3), image.Pt(4, 4)), OpenConfig{Fit: Fill}, "1×28×28", "pictures of 3×3 to 4×4 become images of 28×28, what juts out cut off, unless another size is asked for\n"},
		{"large", sized(image.Pt(300, 299), image.Pt(300, 299)), OpenConfig{Fit: Stretch}, "1×224×224", "pictures of 299×300 become images of 224×224, stretched, unless another size is asked for\n"},
		{"asked for", sized(image.Pt(7, 5), image.Pt(9, 9)), OpenConfig{Height: 6, Width: 3}, "1×6×3", ""},
		{"a square", sized(image.Pt(7, 5), image.Pt(9, 9)), OpenConfig{Width: 3}, "1×3×3", ""},
		{"one in colour", made{"a/1": red, "b/1": greyPNG(5, 4, 9)}, OpenConfig{}, "3×4×5", ""},
		{"greys of colours", made{"a/1": red, "b/1": greyPNG(5, 4, 9)}, OpenConfig{Channels: 1}, "1×4×5", ""},
		{"colours of greys", sized(image.Pt(7, 5), image.Pt(7, 5)), OpenConfig{Channels: 3}, "3×5×7", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := tt.content.zip(t)
			var log strings.Builder
			tt.config.Log = &log
			d, _, err := Open(t.Context(), path, tt.config)
			must(t, err)
			if got := fmt.Sprintf("%d×%d×%d", d.Channels, d.Height, d.Width); got != tt.want {
				t.Errorf("want %s, got %s", tt.want, got)
			}
			if got := strings.ReplaceAll(log.String(), path+": ", ""); got != tt.log {
				t.Errorf("log: want %q, got %q", tt.log, got)
			}
		})
	}
}

// TestOpenFits a picture of 4×2, white but for its left and right columns.
func TestOpenFits(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 4, 2))
	copy(m.Pix, []uint8{100, 255, 255, 100, 100, 255, 255, 100})
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	path := made{"a/1": b.Bytes(), "b/1": b.Bytes()}.zip(t)
	for fit, want := range map[Fit][]uint8{
		FitInside: {0, 0, 0, 0, 100, 255, 255, 100, 100, 255, 255, 100, 0, 0, 0, 0},
		Fill:      {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
		Stretch:   {100, 255, 255, 100, 100, 255, 255, 100, 100, 255, 255, 100, 100, 255, 255, 100},
	} {
		d, _, err := Open(t.Context(), path, OpenConfig{Height: 4, Fit: fit})
		must(t, err)
		got := slices.Clone(d.Image(0))
		if fit == Fill { // the resized columns lie between 100 and 255
			for i := range got {
				if got[i] < 200 {
					t.Errorf("%v: want none of the bars at the sides, got %v", fit, got)
				}
			}
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", fit, diff)
		}
	}
	for _, f := range []Fit{FitInside, Fill, Stretch} {
		if got, err := ParseFit(f.String()); err != nil || got != f {
			t.Errorf("want %v, got %v, %v", f, got, err)
		}
	}
	if _, err := ParseFit("x"); err == nil {
		t.Error("want an error of x")
	}
}

// TestOpenLinks refuses links where folders of classes are: a class would be left out.
func TestOpenLinks(t *testing.T) {
	for _, root := range []string{"", "train/"} {
		dir := greys(root+"a/1.png", root+"b/1.png").folder(t)
		must(t, os.Symlink("a", filepath.Join(dir, root, "c")))
		_, _, err := Open(t.Context(), dir, OpenConfig{})
		wantError(t, err, dir+": want folders and no links to some: c is a folder, or a link to one; put the folder there, or take the link away")
	}
}

// TestOpenCutShort has a tar.gz file that is cut anywhere called that, and what to do.
func TestOpenCutShort(t *testing.T) {
	m := made{}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 4 {
		picture := greys("a/1.png")["a/1.png"]
		for range 1 << 19 { // more than is looked at to tell what it is
			picture = append(picture, byte(rng.Uint32()))
		}
		m[fmt.Sprintf("%c/%d.png", 'a'+i%2, i)] = picture
	}
	whole, err := os.ReadFile(m.tarGz(t))
	must(t, err)
	for _, n := range []int{5, 100, len(whole) / 3, len(whole) * 2 / 3, len(whole) - 1} {
		_, _, err := Open(t.Context(), written(t, "cut.tar.gz", whole[:n]), OpenConfig{})
		if err == nil || !strings.HasSuffix(err.Error(), "cut short, download or copy it again") && !strings.HasSuffix(err.Error(), "cut short: download or copy it again") {
			t.Errorf("%d of %d bytes: want the file called cut short, got %v", n, len(whole), err)
		}
	}
}

// TestOpenProgress counts up to all there are, in either part, one call after the other.
func TestOpenProgress(t *testing.T) {
	m := made{}
	for i := range 40 {
		for _, name := range []string{"train/a", "train/b", "test/a", "test/b"} {
			m[fmt.Sprintf("%s/%d.png", name, i)] = greyPNG(1, 1, uint8(i))
		}
	}
	m["train/a/bad.png"] = []byte("no picture")
	path, cache := m.zip(t), filepath.Join(t.TempDir(), "cache")
	for _, tt := range []struct {
		config OpenConfig
		want   map[string]int // the last count, by what is done
	}{
		{OpenConfig{}, map[string]int{"looked at": 161, "decoded": 160}},
		{OpenConfig{Memory: 1}, map[string]int{"looked at": 161}},
		{OpenConfig{Memory: 1, Cache: cache}, map[string]int{"looked at": 161, "decoded": 160}},
	} {
		last := map[string]int{}
		tt.config.SkipBad = true
		tt.config.Progress = func(doing string, done, of int) {
			if done < last[doing] || done > of || of != tt.want[doing] {
				t.Errorf("%s: want counts that grow to %d, got %d of %d after %d", doing, tt.want[doing], done, of, last[doing])
			}
			last[doing] = done
		}
		_, _, err := Open(t.Context(), path, tt.config)
		must(t, err)
		for doing, want := range tt.want {
			if last[doing] <= want-2*tallyStep {
				t.Errorf("%s: want it told to about %d, got %d", doing, want, last[doing])
			}
		}
		if len(last) != len(tt.want) {
			t.Errorf("want %v, got %v", tt.want, last)
		}
	}
}
