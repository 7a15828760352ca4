package loaders

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// record is one of CIFAR's: labels, and pixels that begin with mark, at the first
// red, green and blue one.
func record(mark uint8, labels ...uint8) []byte {
	pixels := make([]byte, 3072)
	for c := range 3 {
		pixels[c*1024] = mark + uint8(c)
	}
	return append(labels, pixels...)
}

func records(r ...[]byte) []byte { return bytes.Join(r, nil) }

// tarOf is an archive of those files, in order.
func tarOf(t *testing.T, folder string, names []string, contents map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: folder + "/", Typeflag: tar.TypeDir, Mode: 0o755}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := w.WriteHeader(&tar.Header{Name: folder + "/" + name, Size: int64(len(contents[name])), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		w.Write(contents[name])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// small10 and small100 are the two versions with a few images.
var (
	small10Names = []string{"data_batch_1.bin", "batches.meta.txt", "data_batch_3.bin", "data_batch_2.bin", "readme.html", "test_batch.bin"}
	small10      = map[string][]byte{
		"data_batch_1.bin": records(record(10, 6), record(20, 9)),
		"data_batch_2.bin": record(30, 1),
		"data_batch_3.bin": record(40, 0),
		"test_batch.bin":   records(record(50, 3), record(60, 8)),
		"batches.meta.txt": []byte("airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"),
		"readme.html":      []byte("<html>"),
	}
	small100Names = []string{"coarse_label_names.txt", "fine_label_names.txt", "test.bin", "train.bin"}
	small100      = map[string][]byte{
		"train.bin":              records(record(10, 11, 19), record(20, 19, 99)),
		"test.bin":               record(30, 0, 49),
		"coarse_label_names.txt": []byte(strings.Join(cifar100Superclasses, "\n")),
		"fine_label_names.txt":   []byte(strings.Join(cifar100Classes, "\n")),
	}
)

// checkCIFAR compares the labels, and the first pixels of the channels.
func checkCIFAR(t *testing.T, d *Dataset, classes []string, marks []uint8, labels []int) {
	t.Helper()
	if d == nil {
		t.Fatal("want a dataset, got nil")
	}
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if d.Channels != 3 || d.Height != 32 || d.Width != 32 || !cmp.Equal(d.Classes, classes) {
		t.Errorf("%s: got %d×%d×%d of %v", d.Name, d.Channels, d.Height, d.Width, d.Classes)
	}
	if diff := cmp.Diff(labels, d.Labels); diff != "" {
		t.Fatalf("%s: labels (-want +got):\n%s", d.Name, diff)
	}
	for i, m := range marks {
		im := d.Image(i)
		if im[0] != m || im[1024] != m+1 || im[2048] != m+2 || im[1] != 0 || im[3071] != 0 {
			t.Errorf("%s: image %d begins with %d, %d, %d, want %d and so on", d.Name, i, im[0], im[1024], im[2048], m)
		}
	}
}

func TestOpenCIFAR(t *testing.T) {
	dir := t.TempDir()
	folder10 := files(t, filepath.Join(dir, "ten"), small10)
	folder100 := files(t, filepath.Join(dir, "hundred"), small100)
	tar10 := tarOf(t, "cifar-10-batches-bin", small10Names, small10)
	tar100 := tarOf(t, "cifar-100-binary", small100Names, small100)
	for _, path := range []string{
		folder10, filepath.Join(folder10, "data_batch_2.bin"), filepath.Join(folder10, "test_batch.bin"),
		write(t, filepath.Join(dir, "ten.tar"), tar10), write(t, filepath.Join(dir, "ten.tar.gz"), zipped(tar10)),
	} {
		train, test, handled, err := openArrays(t.Context(), path, arrayConfig{})
		if err != nil || !handled {
			t.Fatalf("%s: %v, handled %v", path, err, handled)
		}
		checkCIFAR(t, train, cifar10Classes, []uint8{10, 20, 30, 40}, []int{6, 9, 1, 0})
		checkCIFAR(t, test, cifar10Classes, []uint8{50, 60}, []int{3, 8})
	}
	for _, path := range []string{
		folder100, filepath.Join(folder100, "train.bin"),
		write(t, filepath.Join(dir, "hundred.tar"), tar100), write(t, filepath.Join(dir, "hundred.tgz"), zipped(tar100)),
	} {
		train, test, handled, err := openArrays(t.Context(), path, arrayConfig{TrainSamples: 1})
		if err != nil || !handled {
			t.Fatalf("%s: %v, handled %v", path, err, handled)
		}
		checkCIFAR(t, train, cifar100Classes, []uint8{10}, []int{19})
		checkCIFAR(t, test, cifar100Classes, []uint8{30}, []int{49})
	}
}

func TestCIFARErrors(t *testing.T) {
	whole := tarOf(t, "cifar-10-batches-bin", small10Names, small10)
	for _, tt := range []struct {
		name, file string
		content    []byte
		want       string
	}{
		{"cut", "data_batch_1.bin", record(1, 2)[:3000], "data_batch_1.bin: byte 0: want records of 3073 bytes, 1 of labels and 3072 of pixels, got 3000 bytes there"},
		{"cut later", "data_batch_1.bin", records(record(1, 2), []byte{7}), "data_batch_1.bin: byte 3073: want records of 3073 bytes"},
		{"empty", "data_batch_1.bin", nil, "data_batch_1.bin: byte 0: want records of 3073 bytes, 1 of labels and 3072 of pixels, got 0 bytes there: an empty file"},
		{"label", "data_batch_1.bin", records(record(1, 2), record(1, 10)), "data_batch_1.bin: byte 3073: want a label below 10, got 10"},
		{"fine label", "train.bin", record(1, 0, 100), "train.bin: byte 1: want a label below 100, got 100"},
		{"pickle", "train.bin", []byte("\x80\x02}q\x00"), "got 5 bytes there: a pickle of Python's"},
		{"no train", "test_batch.bin", record(1, 2), "want images to train on, such as data_batch_1.bin or train.bin, got none"},
		{"tar cut", "a.tar", whole[:5000], "a.tar"},
		{"tar.gz cut", "a.tar.gz", zipped(whole)[:len(zipped(whole))-9], "a.tar.gz"},
	} {
		path := write(t, filepath.Join(t.TempDir(), tt.file), tt.content)
		_, _, handled, err := openArrays(t.Context(), path, arrayConfig{})
		if err == nil || !handled || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: want %q, got %v", tt.name, tt.want, err)
		}
	}
	path := write(t, filepath.Join(t.TempDir(), "train.bin"), record(1, 2, 3))
	if _, _, _, err := openArrays(t.Context(), path, arrayConfig{Height: 28}); err == nil || !strings.Contains(err.Error(), "want height 28, got CIFAR's 32") {
		t.Errorf("want an error of the height, got %v", err)
	}
}

// tinyArchive is a published archive of CIFAR-10's form.
func tinyArchive(t *testing.T) (*publishedArchive, []byte) {
	content := zipped(tarOf(t, "cifar-10-batches-bin", small10Names, small10))
	set := cifar10
	set.name, set.folder, set.mirrors = "Own", "own", nil
	sum := sha256.Sum256(content)
	set.archive.size, set.archive.sum = int64(len(content)), hex.EncodeToString(sum[:])
	set.files = nil
	for _, name := range small10Names {
		if !strings.HasSuffix(name, ".bin") {
			continue
		}
		sum := sha256.Sum256(small10[name])
		set.files = append(set.files, file{name: name, size: int64(len(small10[name])), sum: hex.EncodeToString(sum[:])})
	}
	return &set, content
}

// TestArchiveFind finds the archive, or what it unpacks to, in all places.
func TestArchiveFind(t *testing.T) {
	set, content := tinyArchive(t)
	for _, tt := range []struct {
		at     string // of the archive or, ending in /, of the files
		dir    string // Options.Dir
		origin string
	}{
		{"given/", "given", "files in given"},
		{"given/own/", "given", "files in given/own"},
		{"given/cifar-10-batches-bin/", "given", "files in given/cifar-10-batches-bin"},
		{"given/cifar-10-binary.tar.gz", "given", "the archive given/cifar-10-binary.tar.gz"},
		{"env/own/cifar-10-binary.tar.gz", "", "the archive env/own/cifar-10-binary.tar.gz"},
		{"cache/cifar-10-binary.tar.gz", "", "the archive cache/cifar-10-binary.tar.gz"},
		{"data/cifar-10-batches-bin/", "", "files in data/cifar-10-batches-bin"},
	} {
		root := t.TempDir()
		os.MkdirAll(filepath.Join(root, "env"), 0o755)
		if strings.HasSuffix(tt.at, "/") {
			files(t, filepath.Join(root, tt.at), small10)
		} else {
			write(t, filepath.Join(root, tt.at), content)
		}
		o := Options{NoDownload: true, TrainSamples: 3}
		if tt.dir != "" {
			o.Dir = filepath.Join(root, tt.dir)
		}
		f := &archiveFinder{set: set, env: filepath.Join(root, "env"), cache: filepath.Join(root, "cache"), others: []string{filepath.Join(root, "data")}}
		train, test, err := f.find(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", tt.at, err)
			continue
		}
		if got := strings.ReplaceAll(train.Origin, root+string(filepath.Separator), ""); filepath.ToSlash(got) != tt.origin {
			t.Errorf("%s: origin %q, want %q", tt.at, got, tt.origin)
		}
		checkCIFAR(t, train, cifar10Classes, []uint8{10, 20, 30}, []int{6, 9, 1})
		checkCIFAR(t, test, cifar10Classes, []uint8{50, 60}, []int{3, 8})
	}
}

func TestArchiveErrors(t *testing.T) {
	set, content := tinyArchive(t)
	dir := t.TempDir()
	find := func(o Options) error {
		_, _, err := (&archiveFinder{set: set, cache: filepath.Join(dir, "cache")}).find(t.Context(), o)
		return err
	}
	check := func(err error, unavailable bool, want string) {
		t.Helper()
		if err == nil || errors.Is(err, ErrUnavailable) != unavailable || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, ErrUnavailable %v, got %v", want, unavailable, err)
		}
	}
	check(find(Options{NoDownload: true}), true, "Own: not found in "+filepath.Join(dir, "cache")+" and downloads are off: put cifar-10-binary.tar.gz in a folder that EURYALE_DATA names")
	check(find(Options{Dir: dir}), false, "Own: neither "+dir+" nor "+filepath.Join(dir, "own")+" holds cifar-10-binary.tar.gz, or what it unpacks to")
	check(find(Options{Coarse: true}), false, "Own: want Coarse for cifar100 only")
	write(t, filepath.Join(dir, "cifar-10-binary (1).tar.gz"), content)
	check(find(Options{Dir: dir}), false, `"cifar-10-binary (1).tar.gz" has nearly its name: rename it`)
	write(t, filepath.Join(dir, "cifar-10-binary.tar.gz"), content[:len(content)-20])
	check(find(Options{Dir: dir}), false, "cifar-10-binary.tar.gz: want ")
	write(t, filepath.Join(dir, "cifar-10-binary.tar.gz"), []byte("<html>"))
	check(find(Options{Dir: dir}), false, ": an HTML page")
	files(t, dir, small10)
	write(t, filepath.Join(dir, "data_batch_2.bin"), record(31, 1))
	check(find(Options{Dir: dir}), false, "data_batch_2.bin: want 3073 bytes of content with SHA-256")
	check(find(Options{Dir: filepath.Join(dir, "none")}), false, "no such file")
}

// TestArchiveDownload gets the archive as it lies on a mirror.
func TestArchiveDownload(t *testing.T) {
	set, content := tinyArchive(t)
	asked := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path
		w.Write(content)
	}))
	defer server.Close()
	set.mirrors = []string{server.URL}
	f := &archiveFinder{set: set, cache: filepath.Join(t.TempDir(), "cache"), timing: steady}
	for _, origin := range []string{"downloaded from " + server.URL + " to " + f.cache, "the archive " + filepath.Join(f.cache, "cifar-10-binary.tar.gz")} {
		train, test, err := f.find(t.Context(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if train.Origin != origin || asked != "/cifar-10-binary.tar.gz" {
			t.Errorf("origin %q, want %q; asked for %s", train.Origin, origin, asked)
		}
		checkCIFAR(t, train, cifar10Classes, []uint8{10, 20, 30, 40}, []int{6, 9, 1, 0})
		checkCIFAR(t, test, cifar10Classes, []uint8{50, 60}, []int{3, 8})
	}
	content = []byte("<html>log in")
	f.cache = filepath.Join(t.TempDir(), "cache")
	if _, _, err := f.find(t.Context(), Options{}); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "an HTML page") {
		t.Errorf("want ErrUnavailable and what came, got %v", err)
	}
	if entries, _ := os.ReadDir(f.cache); len(entries) > 0 {
		t.Errorf("left in the cache: %v", entries)
	}
}

func TestCIFARNames(t *testing.T) {
	for _, tt := range []struct {
		names []string
		n     int
	}{{cifar10Classes, 10}, {cifar100Classes, 100}, {cifar100Superclasses, 20}} {
		seen := map[string]bool{}
		for i, n := range tt.names {
			if seen[n] || tt.n > 10 && i > 0 && n < tt.names[i-1] {
				t.Errorf("%s is there twice or out of order", n)
			}
			seen[n] = true
		}
		if len(tt.names) != tt.n {
			t.Errorf("%d names, want %d", len(tt.names), tt.n)
		}
	}
	// The superclass of apple is fruit_and_vegetables: record {4, 0, …}.
	coarse, _, err := func() (*Dataset, *Dataset, error) {
		p := newCIFARParts(cifar100Coarse)
		if err := p.add("train.bin", "train.bin", bytes.NewReader(record(1, 4, 0))); err != nil {
			return nil, nil, err
		}
		return p.datasets("a", "b")
	}()
	if err != nil || coarse.Classes[coarse.Labels[0]] != "fruit_and_vegetables" {
		t.Errorf("got %v and error %v", coarse, err)
	}
}
