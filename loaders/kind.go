package loaders

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pkg/errors"
)

// headLength is how much of a file tells what it is: the mark of a tar archive
// is the farthest in.
const headLength = 512

// kind is what a file is, told by its first bytes, and what to do about it where
// something else was wanted.
type kind struct{ name, todo string }

func (k kind) String() string {
	if k.todo == "" {
		return k.name
	}
	return k.name + ": " + k.todo
}

// marks are the bytes that files of the common kinds have at a place.
var marks = []struct {
	at   int
	mark string
	kind
}{
	{0, "\x1f\x8b", kind{"a gzip file", "unpack it, with gunzip"}},
	{0, "PK\x03\x04", kind{"a zip archive", "unpack it"}},
	{0, "PK\x05\x06", kind{"an empty zip archive", "download it again"}},
	{0, "\xfd7zXZ\x00", kind{"an xz file", "unpack it, with xz -d"}},
	{0, "\x28\xb5\x2f\xfd", kind{"a Zstandard file", "unpack it, with zstd -d"}},
	{0, "BZh", kind{"a bzip2 file", "unpack it, with bunzip2"}},
	{0, "\x04\x22\x4d\x18", kind{"an LZ4 file", "unpack it, with lz4 -d"}},
	{0, "7z\xbc\xaf\x27\x1c", kind{"a 7z archive", "unpack it, with 7z x"}},
	{0, "Rar!\x1a\x07", kind{"a RAR archive", "unpack it, with unrar x"}},
	{257, "ustar", kind{"a tar archive", "unpack it, with tar xf"}},
	{0, "version https://git-lfs.github.com/spec/", kind{"a pointer of Git LFS, not the file itself", "fetch that with git lfs pull"}},
	{0, "PAR1", kind{"a Parquet file, which is not read", "export the images to a folder for each class, or to .npz"}},
	{0, "ARROW1", kind{"an Arrow file, which is not read", "export the images to a folder for each class, or to .npz"}},
	{0, "\x89HDF\r\n\x1a\n", kind{"an HDF5 file, which is not read", "save its arrays as .npz"}},
	{0, "MATLAB 5.0 MAT-file", kind{"a MATLAB file, which is not read", "save its arrays as .npz"}},
	{0, "%PDF-", kind{"a PDF document", "download the data themselves"}},
	{0, "\x93NUMPY", kind{"an array of NumPy's", "name it .npy, its labels' beside it"}},
	{0, "\x89PNG\r\n\x1a\n", kind{"a PNG picture", "put pictures into a folder for each class"}},
	{0, "\xff\xd8\xff", kind{"a JPEG picture", "put pictures into a folder for each class"}},
	{0, "GIF8", kind{"a GIF picture", "put pictures into a folder for each class"}},
	{0, "II*\x00", kind{"a TIFF picture", "put pictures into a folder for each class"}},
	{0, "MM\x00*", kind{"a TIFF picture", "put pictures into a folder for each class"}},
	{8, "WEBPVP8", kind{"a WebP picture", "put pictures into a folder for each class"}},
}

// kindOf tells what begins with head, a file's first headLength bytes or all of a
// shorter one. None is "": an IDX file, or something unknown.
func kindOf(head []byte) kind {
	if len(head) == 0 {
		return kind{"an empty file", "download it again"}
	}
	for _, m := range marks {
		if len(head) >= m.at && bytes.HasPrefix(head[m.at:], []byte(m.mark)) {
			return m.kind
		}
	}
	switch text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n")); {
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<head"), strings.HasPrefix(text, "<script"):
		return kind{"an HTML page, such as a site's that wants a login", "download the file itself in a browser"}
	case strings.HasPrefix(text, "<?xml"), strings.HasPrefix(text, "<error>"):
		return kind{"an XML page, such as a server's that refuses", "download the file itself"}
	}
	if swappedIDX(head) {
		return kind{"an IDX file whose header is little-endian", "write its magic number and dimensions big-endian"}
	}
	if len(head) >= 4 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 && (head[2] == '}' || head[2] == ']' || head[2] == 'c' || head[2] == 0x95) {
		return kind{"a pickle of Python's: pickles run code and are not read", "save its arrays as .npz"}
	}
	return kind{}
}

// swappedIDX tells a magic number of IDX with its bytes in the order that the
// format does not have.
func swappedIDX(head []byte) bool {
	if len(head) < 4 || head[2] != 0 || head[3] != 0 || head[0] < 1 || head[0] > 4 {
		return false
	}
	_, known := findTypeCode(head[1])
	return known
}

// gzipInGzip is what stands where a gzip file's content is one again.
var gzipInGzip = kind{"gzip within gzip", "unpack it once, with gunzip"}

// instead is ": " and what content beginning with head is, "" if nothing is known.
func instead(head []byte) string {
	if k := kindOf(head); k.name != "" {
		return ": " + k.String()
	}
	return ""
}

// describeIDX says what IDX file head begins, "" if none, where size bytes have been
// read: all of it, or whole is false.
func describeIDX(head []byte, size int64, whole bool) string {
	h, err := readHeader(bytes.NewReader(head), "")
	total := int64(4+4*len(h.dims)) + int64(h.size)
	if err != nil || size > total || whole && size != total {
		return ""
	}
	dims := make([]string, len(h.dims))
	for i, n := range h.dims {
		dims[i] = strconv.Itoa(n)
	}
	text := "an IDX file of "
	if whole {
		text = "a sound IDX file of "
	}
	return text + strings.Join(dims, "×")
}

// publishedSets are those whose files' sums are known.
var publishedSets = []*published{&mnist, &fashion}

// whose names the published set and the file of that content: "" if none has it.
func whose(sum string) string {
	for _, p := range publishedSets {
		for _, f := range p.files {
			if f.sum == sum {
				return p.name + "'s " + f.name
			}
		}
	}
	return ""
}

// checkThere reports a path that is not there, a link that leads nowhere and an
// almost right name among the reasons.
func checkThere(path string) error {
	_, err := os.Stat(path)
	if !errors.Is(err, os.ErrNotExist) {
		return errors.WithStack(err) // it names the file
	}
	if to, linked := os.Readlink(path); linked == nil {
		return errors.Errorf("%s is a link to %s, which is not there", path, to)
	}
	if near := nearName(filepath.Dir(path), filepath.Base(path)); near != "" {
		return errors.Errorf("%s is not there: %s", path, near)
	}
	return errors.WithStack(err)
}

// unfinished are what browsers and programs call a download that has not ended.
var unfinished = []string{".part", ".crdownload", ".download", ".partial", ".tmp", ".aria2"}

// nearName tells of what in dir bears nearly that name, and what to do: "" if
// nothing does.
func nearName(dir, name string) string {
	if to, err := os.Readlink(filepath.Join(dir, name)); err == nil {
		return fmt.Sprintf("%s is a link to %s, which is not there", name, to)
	}
	entries, err := os.ReadDir(dir) // in name order
	if err != nil {
		return ""
	}
	want := essence(name)
	for _, e := range entries {
		if e.Name() == name || essence(e.Name()) != want {
			continue
		}
		for _, ext := range unfinished {
			if strings.HasSuffix(strings.ToLower(e.Name()), ext) {
				return fmt.Sprintf("%.100q is a download that has not ended: download it again", e.Name())
			}
		}
		if to, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
			if _, err := os.Stat(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Sprintf("%s is a link to %s, which is not there", e.Name(), to)
			}
		}
		if packed := packedName(e.Name()); packed != "" {
			return fmt.Sprintf("%.100q has to be unpacked, %s", e.Name(), packed)
		}
		return fmt.Sprintf("%.100q has nearly its name: rename it", e.Name())
	}
	return ""
}

// packedName is how to unpack what a name says is packed otherwise than by gzip.
func packedName(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xz":
		return "with xz -d"
	case ".zst":
		return "with zstd -d"
	case ".bz2":
		return "with bunzip2"
	case ".zip":
		return "with unzip"
	case ".7z":
		return "with 7z x"
	case ".rar":
		return "with unrar x"
	}
	return ""
}

// essence is what of a file's name tells which file it is: neither the ending that
// says how it is packed, the number of a copy, nor the spelling of IDX's type.
func essence(name string) string {
	if !utf8.ValidString(name) {
		return name
	}
	fields := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_. ()[]", r) })
	var kept []string
	for _, f := range fields {
		switch f {
		case "gz", "gzip", "zip", "xz", "zst", "bz2", "7z", "rar", "part", "crdownload", "download", "partial", "tmp", "aria2",
			"txt", "copy", "idx", "idx1", "idx2", "idx3", "idx4", "ubyte", "bin", "dat":
		default:
			if len(f) > 2 || strings.Trim(f, "0123456789") != "" { // (1) is a copy's
				kept = append(kept, f)
			}
		}
	}
	return strings.Join(kept, " ")
}
