package picture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown is what Pillow 13.0.0 shows of a file: see testdata/make.py.
type shown struct {
	Width, Height int
	Mode          string
	Pixels        []uint8
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func read(file []byte) (*Picture, error) {
	return Read(context.Background(), bytes.NewReader(file))
}

// TestAsPillow reads each file of testdata as Pillow does. Decoders of lossy
// files may differ by a little.
func TestAsPillow(t *testing.T) {
	var all map[string]shown
	if err := json.Unmarshal(testdata(t, "want.json"), &all); err != nil {
		t.Fatal(err)
	}
	for name, want := range all {
		if name == "moving.webp" {
			continue // see TestInWords
		}
		t.Run(name, func(t *testing.T) {
			p, err := read(testdata(t, name))
			if err != nil {
				t.Fatal(err)
			}
			tolerance := 0
			if strings.HasSuffix(name, ".jpg") {
				tolerance = 3
			}
			want.compare(t, p.Image, tolerance)
		})
	}
}

// compare holds a picture, as 8 bits or 16, against what is wanted.
func (s shown) compare(t *testing.T, got image.Image, tolerance int) {
	t.Helper()
	if got.Bounds() != image.Rect(0, 0, s.Width, s.Height) {
		t.Fatalf("want %d×%d, got %v", s.Width, s.Height, got.Bounds())
	}
	if s.Mode == "L;16" {
		if diff := cmp.Diff(s.Pixels, got.(*image.Gray16).Pix); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return
	}
	channels := len(s.Pixels) / (s.Width * s.Height)
	for i := range s.Width * s.Height {
		p := s.Pixels[i*channels:][:channels]
		want := map[int]func() color.NRGBA{
			1: func() color.NRGBA { return color.NRGBA{p[0], p[0], p[0], 255} },
			2: func() color.NRGBA { return color.NRGBA{p[0], p[0], p[0], p[1]} },
			3: func() color.NRGBA { return color.NRGBA{p[0], p[1], p[2], 255} },
			4: func() color.NRGBA { return color.NRGBA{p[0], p[1], p[2], p[3]} },
		}[channels]()
		c := pixel(got, i%s.Width, i/s.Width)
		for j, v := range []uint8{want.R, want.G, want.B, want.A} {
			if g := []uint8{c.R, c.G, c.B, c.A}[j]; max(int(v)-int(g), int(g)-int(v)) > tolerance {
				t.Fatalf("pixel %d,%d: want %v, got %v", i%s.Width, i/s.Width, want, c)
			}
		}
	}
}

// pixel is a pixel with the colours of transparency, which conversions lose.
func pixel(m image.Image, x, y int) color.NRGBA {
	switch m := m.(type) {
	case *image.NRGBA:
		return m.NRGBAAt(x, y)
	case *GrayAlpha:
		return m.At(x, y).(color.NRGBA)
	}
	return color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
}

// TestKinds: a picture of greys is one of greys, whatever its file has it as.
func TestKinds(t *testing.T) {
	for name, want := range map[string]image.Image{
		"la.png": &GrayAlpha{}, "grey-transparent.png": &GrayAlpha{}, "grey-palette.png": &GrayAlpha{}, "grey.gif": &GrayAlpha{},
		"palette.png": &image.NRGBA{}, "palette.gif": &image.NRGBA{}, "profile.png": &image.NRGBA{}, "grey.tiff": &image.Gray16{},
		"lossless.webp": &image.NRGBA{}, "cmyk.jpg": &image.NRGBA{},
	} {
		p, err := read(testdata(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprintf("%T", p.Image), fmt.Sprintf("%T", want); got != want {
			t.Errorf("%s: want %s, got %s", name, want, got)
		}
	}
}

// TestColour: a profile is carried from any file into a PNG file, and so are
// gamma and primary colours.
func TestColour(t *testing.T) {
	profile := iccFromPNG(chunkOf(t, testdata(t, "profile.png"), "iCCP"))
	if len(profile) < 128 {
		t.Fatal("want a profile in profile.png")
	}
	for _, name := range []string{"profile.png", "profile.jpg", "profile.tiff", "turned.webp"} {
		written := rewrite(t, testdata(t, name))
		if got := iccFromPNG(chunkOf(t, written, "iCCP")); !bytes.Equal(got, profile) {
			t.Errorf("%s: want its profile of %d bytes, got %d", name, len(profile), len(got))
		}
	}
	written := rewrite(t, testdata(t, "gamma.png"))
	for _, kind := range []string{"gAMA", "cHRM"} {
		if diff := cmp.Diff(chunkOf(t, testdata(t, "gamma.png"), kind), chunkOf(t, written, kind)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

// rewrite reads a file and writes it as PNG.
func rewrite(t *testing.T, file []byte) []byte {
	t.Helper()
	p, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WritePNG(&b, p.Image, p.Colour); err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(b.Bytes())); err != nil {
		t.Fatalf("Go's decoder: %v", err)
	}
	return b.Bytes()
}

// chunkOf is the data of a PNG file's chunk, or nil.
func chunkOf(t *testing.T, file []byte, kind string) []byte {
	t.Helper()
	for rest := file[8:]; len(rest) >= 8; {
		var c pngChunk
		if c, rest = nextChunk(rest); c.kind == kind {
			return c.data
		}
	}
	return nil
}

// replaced is a file in which the first of some bytes are others.
func replaced(t *testing.T, file []byte, from, to string) []byte {
	t.Helper()
	if !bytes.Contains(file, []byte(from)) {
		t.Fatalf("want %q in the file", from)
	}
	return bytes.Replace(file, []byte(from), []byte(to), 1)
}

// TestLittleIsMissing: files are read of which only that is damaged or missing
// that no pixel depends on. What a user may miss is noted.
func TestLittleIsMissing(t *testing.T) {
	pngFile, jpegFile := testdata(t, "profile.png"), testdata(t, "turned-1.jpg")
	at := bytes.Index(pngFile, []byte("iCCP"))
	flip := func(i int) []byte {
		file := bytes.Clone(pngFile)
		file[i] ^= 0xff
		return file
	}
	inner := bytes.Clone(chunkOf(t, pngFile, "iCCP"))
	inner[len(inner)-1] ^= 0xff // the checksum of the packed profile
	const profile, checksum = "its colour profile is damaged, and is left out", "its colour profile is damaged (the checksum of iCCP is wrong), and is left out"
	for _, tt := range []struct {
		name string
		like string
		file []byte
		note string
	}{
		{"a profile with a wrong checksum", "profile.png", flip(at + 20), checksum},
		{"a profile packed wrongly", "profile.png", slicesReplace(pngFile, chunk("iCCP", chunkOf(t, pngFile, "iCCP")), chunk("iCCP", inner)), profile},
		{"no IEND", "profile.png", pngFile[:len(pngFile)-12], ""},
		{"no checksum", "profile.png", pngFile[:len(pngFile)-14], ""},
		{"half of the pixels' checksum", "profile.png", pngFile[:len(pngFile)-18], ""},
		{"no checksums at all", "profile.png", pngFile[:len(pngFile)-20], ""},
		{"no end of a JPEG", "turned-1.jpg", jpegFile[:len(jpegFile)-2], ""},
		{"half an end of a JPEG", "turned-1.jpg", jpegFile[:len(jpegFile)-1], ""},
		{"a CMYK profile", "cmyk.jpg", withProfile(testdata(t, "cmyk.jpg"), "CMYK"), "its colour profile is for CMYK and the picture is RGB now: the profile is left out"},
		{"a moving GIF", "moving.gif", testdata(t, "moving.gif"), "only the first picture of the animation is taken"},
		{"a moving PNG", "la.png", afterHeader(testdata(t, "la.png"), chunk("acTL", make([]byte, 8))), "only the first picture of the animation is taken"},
	} {
		p, err := read(tt.file)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := strings.Join(p.Notes, "\n"); got != tt.note {
			t.Errorf("%s: want the note %q, got %q", tt.name, tt.note, got)
		}
		like, err := read(testdata(t, tt.like))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(like.Image, p.Image); diff != "" {
			t.Errorf("%s (-whole +got):\n%s", tt.name, diff)
		}
	}
}

// slicesReplace is file with the bytes from replaced by to.
func slicesReplace(file, from, to []byte) []byte { return bytes.Replace(file, from, to, 1) }

// withProfile is a JPEG file with a profile for a colour space.
func withProfile(file []byte, space string) []byte {
	icc := make([]byte, 132)
	icc[3] = 132
	copy(icc[16:], space)
	segment := append([]byte{0xff, 0xe2, 0, 148}, "ICC_PROFILE\x00\x01\x01"...)
	return bytes.Join([][]byte{file[:2], segment, icc, file[2:]}, nil)
}

// afterHeader is a PNG file with one more chunk.
func afterHeader(file, more []byte) []byte {
	return bytes.Join([][]byte{file[:pngHeader], more, file[pngHeader:]}, nil)
}

// TestInWords: what cannot be read is told in words, and whether the file is to
// blame.
func TestInWords(t *testing.T) {
	pngFile, jpegFile := testdata(t, "profile.png"), testdata(t, "turned-1.jpg")
	baseline := "\xff\xc0\x00\x11\x08\x00\x04\x00\x06\x03\x01\x11"
	const want, elsewhere = "want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got ", ": save it as PNG elsewhere first"
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, want + "an empty file"},
		{"text", []byte("no picture"), want + "something else"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), want + "a HEIC or AVIF picture" + elsewhere},
		{"half a PNG", pngFile[:len(pngFile)-30], "the PNG file is cut short: pixels are missing"},
		{"a header", pngFile[:20], "the PNG file is cut short: pixels are missing"},
		{"half a JPEG", jpegFile[:len(jpegFile)-60], "the JPEG file is cut short: pixels are missing"},
		{"half a GIF", testdata(t, "palette.gif")[:60], "the GIF file is cut short: pixels are missing"},
		{"half a WebP", testdata(t, "lossless.webp")[:60], "the WebP file is cut short: pixels are missing"},
		{"half a BMP", testdata(t, "colour.bmp")[:100], "the BMP file is cut short: pixels are missing"},
		{"pixels with a wrong checksum", replaced(t, pngFile, "IDATx", "IDATy"), `the PNG file is damaged: the checksum of a chunk "IDAT" is wrong`},
		{"sampling", replaced(t, jpegFile, baseline, baseline[:11]+"\x31"), "the JPEG file seems sound, but its channels are sampled 3×1, 1×1, 1×1, which cannot be read here" + elsewhere},
		{"12 bits", replaced(t, jpegFile, "\xff\xc0\x00\x11\x08", "\xff\xc1\x00\x11\x0c"), "the JPEG file seems sound, but it has 12 bits a sample, which cannot be read here" + elsewhere},
		{"arithmetic coding", replaced(t, jpegFile, "\xff\xc0\x00\x11\x08", "\xff\xc9\x00\x11\x08"), "the JPEG file seems sound, but it is packed by arithmetic coding, which cannot be read here" + elsewhere},
		{"lossless", replaced(t, jpegFile, "\xff\xc0\x00\x11\x08", "\xff\xc3\x00\x11\x08"), "the JPEG file seems sound, but it is lossless or hierarchical, which cannot be read here" + elsewhere},
		{"a moving WebP", testdata(t, "moving.webp"), "the WebP file seems sound, but it is an animation, which cannot be read here" + elsewhere},
		{"a packed BMP", replaced(t, testdata(t, "colour.bmp"), "\x01\x00\x18\x00\x00", "\x01\x00\x18\x00\x01"), "the BMP file seems sound, but is of a kind that cannot be read here (unsupported BMP image)" + elsewhere},
		{"too large", append(bytes.Clone(pngFile[:8]), chunk("IHDR", []byte("\x00\x00\x9c\x40\x00\x00\x75\x30\x08\x02\x00\x00\x00"))...), "want a picture of at most 100 megapixels, got 1200: 40000×30000"},
	} {
		if _, err := read(tt.file); err == nil || err.Error() != tt.want {
			t.Errorf("%s: want\n%s\ngot\n%v", tt.name, tt.want, err)
		}
	}
}

// TestCancelled: reading ends with its context.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, bytes.NewReader(testdata(t, "la.png"))); err != context.Canceled {
		t.Errorf("want %v, got %v", context.Canceled, err)
	}
}

// FuzzRead: whatever the bytes, there is a picture or an error, and what is
// read can be written and read again.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil || len(files) < 20 {
		f.Fatalf("want files to begin with, got %d and error %v", len(files), err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if formatOf, err := sniff(file[:min(len(file), 32)]); err == nil {
			if c, err := formatOf.config(bytes.NewReader(file)); err == nil && c.Width*c.Height > 1<<16 {
				t.Skip("large")
			}
		}
		p, err := read(file)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WritePNG(&b, p.Image, p.Colour); err != nil {
			t.Fatal(err)
		}
		again, err := read(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if again.Image.Bounds() != p.Image.Bounds() || !bytes.Equal(again.Colour, p.Colour) {
			t.Fatalf("want %v, got %v", p.Image.Bounds(), again.Image.Bounds())
		}
	})
}
