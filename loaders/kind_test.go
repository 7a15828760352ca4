package loaders

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pkg/errors"
)

// TestWrongFilesAreNamed reads what is no IDX file as one.
func TestWrongFilesAreNamed(t *testing.T) {
	tar := make([]byte, 600)
	copy(tar, "folder/")
	copy(tar[257:], "ustar\x0000")
	for _, tt := range []struct{ content, want string }{
		{"<!DOCTYPE html><html>", "an HTML page, such as a site's that wants a login: download"},
		{"\n <HTML lang=en>", "an HTML page"},
		{"<?xml version='1.0'?><Error>", "an XML page"},
		{string(zipped(imagesIDX(1, 1, 1, 5))), "gzip within gzip: unpack it once"},
		{"PK\x03\x04....", "a zip archive: unpack it"},
		{"\xfd7zXZ\x00....", "an xz file: unpack it, with xz -d"},
		{"\x28\xb5\x2f\xfd....", "a Zstandard file"},
		{"BZh91AY&SY", "a bzip2 file"},
		{"7z\xbc\xaf\x27\x1c..", "a 7z archive"},
		{"Rar!\x1a\x07\x01\x00", "a RAR archive"},
		{string(tar), "a tar archive"},
		{"version https://git-lfs.github.com/spec/v1\noid sha256:", "a pointer of Git LFS, not the file itself: fetch that with git lfs pull"},
		{"PAR1....", "a Parquet file, which is not read: export"},
		{"%PDF-1.7", "a PDF document"},
		{"\x89HDF\r\n\x1a\n", "an HDF5 file"},
		{"MATLAB 5.0 MAT-file", "a MATLAB file"},
		{"\x93NUMPY\x01\x00", "an array of NumPy's"},
		{"\xff\xd8\xff\xe0", "a JPEG picture: put pictures into a folder for each class"},
		{"\x03\x08\x00\x00", "an IDX file whose header is little-endian"},
		{"\x80\x04\x95abc", "a pickle of Python's"},
	} {
		for _, content := range [][]byte{[]byte(tt.content), zipped([]byte(tt.content))} {
			if im, err := ReadImages(bytes.NewReader(content), "f"); err == nil && im.N == 1 {
				continue // once packed only
			} else if checkError(t, err) || !strings.Contains(err.Error(), ": "+tt.want) {
				t.Errorf("%.20q: want %q, got %v", tt.content, tt.want, err)
			}
		}
	}
}

// TestPublishedSaysWhatItIs has files of the right name and another content.
func TestPublishedSaysWhatItIs(t *testing.T) {
	set, mine := tiny("Own", 1)
	_, digits := tiny("Rival", 2)
	old := publishedSets
	defer func() { publishedSets = old }()
	rival, _ := tiny("Rival", 2)
	publishedSets = []*published{rival}
	for _, tt := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"another set's", digits[testImages], "it is Rival's t10k-images-idx3-ubyte: replace or remove this file"},
		{"another's by shape", imagesIDX(1, 2, 2, 4, 3, 2, 1), "a sound IDX file of 1×2×2, but not the published one: replace"},
		{"longer, by shape", imagesIDX(9, 2, 2, make([]byte, 36)...), "an IDX file of 9×2×2, but not the published one: replace"},
		{"a page", []byte("<html>log in"), "an HTML page"},
		{"empty", nil, "an empty file: download it again"},
		{"twice packed", zipped(zipped(mine[testImages])), "gzip within gzip"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			own(t, set, mine, dir)
			write(t, filepath.Join(dir, "t10k-images-idx3-ubyte"), tt.content)
			_, _, err := (&finder{set: set}).find(t.Context(), Options{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), ": "+tt.want) {
				t.Errorf("want %q, got %v", tt.want, err)
			}
		})
	}
}

// TestGzipMembers: zeros may follow, and further members; nothing else.
func TestGzipMembers(t *testing.T) {
	good := imagesIDX(1, 1, 2, 7, 8)
	whole := zipped(good)
	two := append(zipped(good[:9]), zipped(good[9:])...)
	for name, tt := range map[string]struct {
		content []byte
		want    string
	}{
		"one":              {whole, ""},
		"padded":           {append(bytes.Clone(whole), make([]byte, 5000)...), ""},
		"one zero":         {append(bytes.Clone(whole), 0), ""},
		"two":              {two, ""},
		"zeros within":     {append(append(zipped(good[:9]), 0, 0, 0), zipped(good[9:])...), ""},
		"garbage":          {append(bytes.Clone(whole), "garbage, ten bytes"...), "want sound gzip data, got gzip: invalid header: download or copy it again"},
		"zeros, garbage":   {append(append(bytes.Clone(whole), 0, 0), "garbage, ten bytes"...), "want sound gzip data, got gzip: invalid header: download or copy it again"},
		"member cut short": {append(bytes.Clone(whole), 0x1f, 0x8b), "want more gzip data, got the end of the file: it is cut short, download or copy it again"},
	} {
		im, err := ReadImages(bytes.NewReader(tt.content), "f")
		switch {
		case tt.want == "" && (err != nil || !bytes.Equal(im.Pixels, []byte{7, 8})):
			t.Errorf("%s: got %v and error %v", name, im, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: want %q, got %v", name, tt.want, err)
		}
	}
}

func TestNearNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"train-images (1).gz", `"train-images (1).gz" has nearly its name: rename it`},
		{"train-images-idx3-ubyte (1).gz", "rename it"},
		{"train-images-idx3-ubyte.gz.part", "is a download that has not ended"},
		{"Train_Images.idx3-ubyte.crdownload", "is a download that has not ended"},
		{"train-images-idx3-ubyte.xz", "has to be unpacked, with xz -d"},
		{"train-images-idx3-ubyte.gz.txt", "rename it"},
		{"train-labels-idx1-ubyte (1)", ""},
		{"images", ""},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, tt.name), nil)
		if got := nearName(dir, "train-images-idx3-ubyte"); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: want %q, got %q", tt.name, tt.want, got)
		}
	}
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, "train-images-idx3-ubyte.gz")); err != nil {
		t.Skip(err)
	}
	const want = "train-images-idx3-ubyte.gz is a link to nowhere, which is not there"
	if got := nearName(dir, "train-images-idx3-ubyte"); got != want {
		t.Errorf("want %q, got %q", want, got)
	}
	if err := checkThere(filepath.Join(dir, "train-images-idx3-ubyte.gz")); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("want %q, got %v", want, err)
	}
}

func TestProxies(t *testing.T) {
	for value, ok := range map[string]bool{
		"": true, "proxy.example:3128": true, "http://proxy.example:3128": true, "socks5://u:p@h:1080": true, "10.0.0.1:80": true,
		"http://[::1": false, "http://a b:80": false, "ftp://proxy.example": false, "http://": false, ":3128": false, "http://u:secret@h:port": false,
	} {
		for _, name := range []string{"HTTP_PROXY", "https_proxy"} {
			err := checkProxies(func(n string) string {
				if n == name {
					return value
				}
				return ""
			})
			if (err == nil) != ok || err != nil && (!strings.HasPrefix(err.Error(), name+": want the address of a proxy") || strings.Contains(err.Error(), "secret")) {
				t.Errorf("%s=%q: got %v", name, value, err)
			}
		}
	}
	set, _ := tiny("Own", 1)
	t.Setenv("HTTPS_PROXY", "http://[::1")
	f := &finder{set: set, cache: t.TempDir()}
	if _, _, err := f.find(t.Context(), Options{}); err == nil || errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "Own: HTTPS_PROXY: want") {
		t.Errorf("want an error of HTTPS_PROXY that is no ErrUnavailable, got %v", err)
	}
	if _, _, err := f.find(t.Context(), Options{NoDownload: true}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("without downloads, want ErrUnavailable, got %v", err)
	}
}
