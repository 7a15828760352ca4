package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// entry is a file of a zip or tar file to be made.
type entry struct {
	name, content string
	link          string // to where
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(0o644)
		if e.link != "" {
			h.SetMode(fs.ModeSymlink | 0o777)
			e.content = e.link
		}
		w, err := z.CreateHeader(h)
		must(t, err)
		w.Write([]byte(e.content))
	}
	must(t, z.Close())
	return b.Bytes()
}

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Size: int64(len(e.content)), Mode: 0o644, Typeflag: tar.TypeReg}
		if e.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, e.link
		}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		must(t, w.WriteHeader(h))
		w.Write([]byte(e.content))
	}
	must(t, w.Close())
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(content)
	z.Close()
	return b.Bytes()
}

func written(t testing.TB, name string, content []byte) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(at, content, 0o644))
	return at
}

// limited sets a limit for a test.
func limited[T any](t *testing.T, limit *T, to T) {
	was := *limit
	*limit = to
	t.Cleanup(func() { *limit = was })
}

// contents are those of the files that can be read, and the errors of the others.
func contents(a *Archive) map[string]string {
	all := map[string]string{}
	for i, f := range a.Files {
		r, err := a.Read(i)
		var content []byte
		if err == nil {
			content, err = io.ReadAll(r)
			r.Close()
		}
		all[f.Name] = string(content)
		if err != nil {
			all[f.Name] = "error: " + err.Error()
		}
	}
	return all
}

// TestOf lists and reads the same in each form.
func TestOf(t *testing.T) {
	entries := []entry{{name: "b/"}, {name: "./b/2.txt", content: "two"}, {name: "a/1.txt", content: strings.Repeat("one ", 3000)}, {name: "0", content: ""}}
	folder := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(folder, "a"), 0o755))
	must(t, os.MkdirAll(filepath.Join(folder, "b"), 0o755))
	for _, e := range entries[1:] {
		must(t, os.WriteFile(filepath.Join(folder, e.name), []byte(e.content), 0o644))
	}
	for kind, path := range map[Kind]string{
		Folder:          folder,
		Zip:             written(t, "x", zipOf(t, entries...)),
		Tar:             written(t, "x", tarOf(t, entries...)),
		"packed " + Tar: written(t, "x", gzipped(tarOf(t, entries...))),
	} {
		a, err := Of(path)
		must(t, err)
		if !strings.HasSuffix(string(kind), string(a.Kind)) {
			t.Errorf("want a %s, got a %s", kind, a.Kind)
		}
		want := map[string]string{"0": "", "a/1.txt": entries[2].content, "b/2.txt": "two"}
		if diff := cmp.Diff(want, contents(a)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		if a.Files[0].Name != "0" || a.Files[2].Name != "b/2.txt" || a.Folders[len(a.Folders)-1] != "b" {
			t.Errorf("%s: want the files by name and the folder b, got %v and %v", kind, a.Files, a.Folders)
		}
		head, err := a.Head(1, 5)
		if string(head) != "one o" || err != nil {
			t.Errorf("%s: want a head of 5 bytes, got %q, %v", kind, head, err)
		}
		if head, err = a.Head(2, 5); string(head) != "two" || err != nil {
			t.Errorf("%s: want a head of all 3 bytes, got %q, %v", kind, head, err)
		}
	}
	for name, content := range map[string][]byte{"text": []byte("hello"), "empty": nil, "gzip": gzipped([]byte("hello")), "long gzip": gzipped(make([]byte, 5000)), "zeros": make([]byte, 5000)} {
		if a, err := Of(written(t, "x", content)); a != nil || err != nil {
			t.Errorf("%s: want no archive and no error, got %v, %v", name, a, err)
		}
	}
}

func TestOfFS(t *testing.T) {
	a, err := OfFS("pets", fstest.MapFS{"cat/1": {Data: []byte("x")}, "cat/2": {Mode: fs.ModeNamedPipe}, "dog": {Mode: fs.ModeDir}})
	must(t, err)
	if diff := cmp.Diff(map[string]string{"cat/1": "x", "cat/2": "error: is no regular file"}, contents(a)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"cat", "dog"}, a.Folders); diff != "" {
		t.Error(diff)
	}
	if got := a.Name(0); got != filepath.Join("pets", "cat", "1") {
		t.Errorf("want the name of a file, got %s", got)
	}
}

// TestEmpty archives have no files.
func TestEmpty(t *testing.T) {
	for _, path := range []string{t.TempDir(), written(t, "x", zipOf(t)), written(t, "x", tarOf(t, entry{name: "a/"}))} {
		a, err := Of(path)
		must(t, err)
		if len(a.Files) != 0 {
			t.Errorf("want no files, got %v", a.Files)
		}
	}
	if a, err := OfTar("x", bytes.NewReader(nil), 0); err != nil || len(a.Files) != 0 {
		t.Errorf("want no files, got %v, %v", a, err)
	}
}

// TestLinks are followed in a folder, as far as they stay in it, and only those to
// files.
func TestLinks(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o644))
	must(t, os.MkdirAll(filepath.Join(dir, "a"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "a", "1"), []byte("one"), 0o644))
	for name, to := range map[string]string{
		"a/in": "1", "a/out": "../../" + filepath.Base(outside) + "/secret", "a/absolute": filepath.Join(outside, "secret"),
		"a/dangling": "none", "a/up": "..", "a/circle": "circle", "folder": outside,
	} {
		must(t, os.Symlink(to, filepath.Join(dir, name)))
	}
	a, err := Of(dir)
	must(t, err)
	got := contents(a)
	if strings.Contains(fmt.Sprint(got), "error: is not to be read") {
		delete(got, "a/circle")
	}
	want := map[string]string{
		"a/1": "one", "a/in": "one", "a/out": "error: is a link out of the folder", "a/absolute": "error: is a link out of the folder",
		"a/dangling": "error: is missing", "a/up": "error: is a folder, or a link to one", "folder": "error: is a link out of the folder",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for kind, path := range map[string]string{
		"zip": written(t, "x", zipOf(t, entry{name: "a", link: "/etc/passwd"}, entry{name: "b", content: "b"})),
		"tar": written(t, "x", tarOf(t, entry{name: "a", link: "/etc/passwd"}, entry{name: "b", content: "b"})),
	} {
		a, err := Of(path)
		must(t, err)
		if diff := cmp.Diff(map[string]string{"a": "error: is a link", "b": "b"}, contents(a)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

// TestFolderName of control characters: a folder is not packed again.
func TestFolderName(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a\nb"), nil, 0o644); err != nil {
		t.Skip(err) // a system without such names
	}
	want := dir + `: want names of printed characters, got "a\nb": rename it`
	if _, err := Of(dir); err == nil || err.Error() != want {
		t.Errorf("want %s, got %v", want, err)
	}
}

// TestNames that lead elsewhere, or are there twice.
func TestNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"../x", `want names that stay in the folder, got "../x": pack it again`},
		{"a/../../x", `want names that stay in the folder, got "a/../../x": pack it again`},
		{"/etc/passwd", `want names that begin at the folder, got "/etc/passwd": pack it again`},
		{"c:/x", `want names that begin at the folder, got "c:/x": pack it again`},
		{`a\x`, `want / between folders, got the name "a\\x": pack it again`},
		{"a\nb", `want names of printed characters, got "a\nb": pack it again`},
		{"b", `want each name once, got "b" twice: pack it again`},
		{"./b", `want each name once, got "b" twice: pack it again`},
	} {
		for kind, content := range map[string][]byte{
			"zip": zipOf(t, entry{name: "b", content: "b"}, entry{name: tt.name, content: "x"}),
			"tar": tarOf(t, entry{name: "b", content: "b"}, entry{name: tt.name, content: "x"}),
		} {
			path := written(t, "x", content)
			if _, err := Of(path); err == nil || err.Error() != path+": "+tt.want {
				t.Errorf("%s: want error %q, got %v", kind, tt.want, err)
			}
		}
	}
}

// TestBroken archives, of which the end or a part is missing.
func TestBroken(t *testing.T) {
	z, r := zipOf(t, entry{name: "a", content: strings.Repeat("abc", 999)}), tarOf(t, entry{name: "a", content: strings.Repeat("abc", 999)})
	damaged := bytes.Clone(z)
	damaged[40] ^= 0xff
	packed := gzipped(r)
	for _, tt := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a zip file cut short", z[:len(z)-30], "want a zip file, got one without its end: download or copy it again"},
		{"a tar file cut short", r[:1000], "want a whole tar file, got one that is cut short: download or copy it again"},
		{"a tar file with a wrong header", append(r[:512+3072:512+3072], bytes.Repeat([]byte("x"), 1024)...), "want a tar file, got one that is damaged: download or copy it again"},
		{"a tar.gz file damaged", append(bytes.Clone(packed[:len(packed)-4]), 9, 9, 9, 9), "want a whole tar.gz file, got one that is damaged (gzip: invalid checksum): download or copy it again"},
		{"a tar.gz file cut short", packed[:len(packed)-4], "want a whole tar.gz file, got one that is cut short: download or copy it again"},
	} {
		path := written(t, "x", tt.content)
		if _, err := Of(path); err == nil || err.Error() != path+": "+tt.want {
			t.Errorf("%s: want error %q, got %v", tt.name, tt.want, err)
		}
	}
	a, err := Of(written(t, "x", damaged))
	must(t, err)
	if got := contents(a)["a"]; got != "error: the zip file is damaged there" && got != "error: its checksum is wrong: the zip file is damaged" {
		t.Errorf("want an error of the damaged file, got %.99q", got)
	}
}

// TestBombs unpack to no more than they may.
func TestBombs(t *testing.T) {
	limited(t, &mostFile, 1<<20)
	limited(t, &mostMemory, 1<<20)
	zeros := string(make([]byte, 2<<20))
	const want = "want a file of at most 1 MiB, got a longer one"
	lying := zipOf(t, entry{name: "a", content: zeros})
	at := bytes.Index(lying, []byte("PK\x01\x02"))
	copy(lying[at+24:], []byte{100, 0, 0, 0}) // of 100 bytes, says the list
	for name, content := range map[string][]byte{"zip": zipOf(t, entry{name: "a", content: zeros}), "tar": tarOf(t, entry{name: "a", content: zeros})} {
		a, err := Of(written(t, "x", content))
		must(t, err)
		if got := contents(a)["a"]; got != "error: "+want {
			t.Errorf("%s: want %q, got %.99q", name, want, got)
		}
	}
	a, err := Of(written(t, "x", lying))
	must(t, err)
	if got := contents(a)["a"]; got != "error: the zip file is damaged there" {
		t.Errorf("want an error of a wrong size, got %.99q", got)
	}
	growing := &Archive{Files: []File{{Name: "a", Size: 1}}, open: func(*File) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(zeros)), nil
	}}
	if got := contents(growing)["a"]; got != "error: "+want {
		t.Errorf("want %q of a file that grows, got %.99q", want, got)
	}
	large := zipOf(t, entry{name: "a", content: "x"})
	at = bytes.Index(large, []byte("PK\x01\x02"))
	copy(large[at+24:], []byte{0, 0, 9, 0}) // more than deflate can pack into so little
	if a, err = Of(written(t, "x", large)); err != nil || !strings.HasPrefix(contents(a)["a"], "error: is said to be larger than it can be") {
		t.Errorf("want an error of a size that cannot be, got %v, %v", a, err)
	}
	path := written(t, "x", gzipped(tarOf(t, entry{name: "a", content: zeros})))
	if _, err := Of(path); err == nil || err.Error() != path+": want a tar.gz file of at most 1 MiB unpacked, got more: unpack it, or make a zip file of it, which is read in place" {
		t.Errorf("want an error of the size, got %v", err)
	}
}

// TestOverlap is a zip file whose list names one file many times.
func TestOverlap(t *testing.T) {
	content := zipOf(t, entry{name: "a000", content: strings.Repeat("hard to pack? no", 4000)})
	list, end := bytes.Index(content, []byte("PK\x01\x02")), bytes.LastIndex(content, []byte("PK\x05\x06"))
	one := content[list:end]
	b := bytes.NewBuffer(bytes.Clone(content[:list]))
	const n = 999
	for i := range n {
		again := bytes.Clone(one)
		copy(again[46:], fmt.Sprintf("a%03d", i))
		copy(again[20:], []byte{0, 2, 0, 0}) // 512 bytes each
		b.Write(again)
	}
	last := bytes.Clone(content[end:])
	le := func(at, n, v int) {
		for i := range n {
			last[at+i] = byte(v >> (8 * i))
		}
	}
	le(8, 2, n)
	le(10, 2, n)
	le(12, 4, n*len(one))
	b.Write(last)
	path := written(t, "x", b.Bytes())
	if _, err := Of(path); err == nil || !strings.Contains(err.Error(), "want a zip file whose files lie beside each other") {
		t.Errorf("want an error of files over files, got %v", err)
	}
}

// endless is a zip file with more files than it says: ten million of them.
type endless struct{ size, list int64 }

const endlessEntry = 46 + 8

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	for i := range p {
		p[i] = e.at(at + int64(i))
		if at+int64(i) >= e.size {
			return i, io.EOF
		}
	}
	return len(p), nil
}

func (e endless) at(i int64) byte {
	const end = "PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00" // one file, it says
	if k := i - (e.size - 22); k >= 0 {
		switch {
		case k < int64(len(end)):
			return end[k]
		case k < 16:
			return byte(e.list >> (8 * (k - 12)))
		}
		return 0
	}
	number, k := i/endlessEntry, i%endlessEntry
	switch {
	case k < 4:
		return "PK\x01\x02"[k]
	case k == 28:
		return 8
	case k >= 46:
		return fmt.Sprintf("%08d", number)[k-46]
	}
	return 0
}

// TestTooMany files are counted, and not believed.
func TestTooMany(t *testing.T) {
	limited(t, &mostFiles, 5000)
	const n = 10_000_000
	e := endless{size: n*endlessEntry + 22, list: n * endlessEntry}
	_, err := OfZip("x.zip", e, e.size)
	if want := "x.zip: want at most 5,000 files and folders in a zip file, got more"; err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
	limited(t, &mostFiles, 3)
	m := fstest.MapFS{}
	var entries []entry
	for i := range 4 {
		m[fmt.Sprint("a/", i)] = &fstest.MapFile{}
		entries = append(entries, entry{name: fmt.Sprint(i)})
	}
	if _, err := OfFS("d", m); err == nil || err.Error() != "d: want at most 3 files and folders in a folder, got more" {
		t.Errorf("folder: want an error of too many, got %v", err)
	}
	for _, content := range [][]byte{zipOf(t, entries...), tarOf(t, entries...)} {
		if _, err := Of(written(t, "x", content)); err == nil || !strings.Contains(err.Error(), "want at most 3 files and folders in a ") {
			t.Errorf("want an error of too many, got %v", err)
		}
	}
}

// TestTarOfLinksAndHoles is of kinds that cannot be read in place.
func TestTarOfLinksAndHoles(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(t, w.WriteHeader(&tar.Header{Name: "hard", Linkname: "a", Typeflag: tar.TypeLink}))
	must(t, w.WriteHeader(&tar.Header{Name: "pipe", Typeflag: tar.TypeFifo}))
	must(t, w.Close())
	a, err := Of(written(t, "x", b.Bytes()))
	must(t, err)
	if diff := cmp.Diff(map[string]string{"hard": "error: is a link", "pipe": "error: is no regular file"}, contents(a)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	f := tarred(&tar.Header{Name: "x", Typeflag: tar.TypeReg, PAXRecords: map[string]string{"GNU.sparse.major": "1"}}, 0)
	if f.Odd != "a sparse file: unpack it" {
		t.Errorf("want a sparse file to be odd, got %q", f.Odd)
	}
}

// checkList is what holds of any list.
func checkList(t *testing.T, a *Archive, err error) {
	t.Helper()
	if err != nil {
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("want one line, got %q", err)
		}
		return
	}
	for i, f := range a.Files {
		if !fs.ValidPath(f.Name) || i > 0 && a.Files[i-1].Name >= f.Name {
			t.Errorf("want names in order that stay in the archive, got %q", f.Name)
		}
		if i > 20 {
			continue
		}
		r, err := a.Read(i)
		if err != nil {
			continue
		}
		if n, _ := io.Copy(io.Discard, r); n > mostFile {
			t.Errorf("want at most %d bytes, got %d", mostFile, n)
		}
		r.Close()
	}
}

func FuzzZip(f *testing.F) {
	f.Add(zipOf(f, entry{name: "a/b", content: "hello"}, entry{name: "c", content: strings.Repeat("x", 999)}))
	f.Add(zipOf(f, entry{name: "../a", link: "b"}))
	mostFile = 1 << 20
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := OfZip("x.zip", bytes.NewReader(content), int64(len(content)))
		checkList(t, a, err)
	})
}

func FuzzTar(f *testing.F) {
	f.Add(tarOf(f, entry{name: "a/b", content: "hello"}, entry{name: strings.Repeat("long/", 50), content: ""}))
	f.Add(tarOf(f, entry{name: "../a", link: "b"}))
	mostFile = 1 << 20
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := OfTar("x.tar", bytes.NewReader(content), int64(len(content)))
		checkList(t, a, err)
	})
}
