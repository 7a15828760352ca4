package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/commandtest"
	"euryale/internal/picture"
	"euryale/nets/filters"
)

// testPictures are files that other programs have made: see make.py there.
// Tests change the working directory, this was found before.
var testPictures, errTestPictures = filepath.Abs("../../internal/picture/testdata")

// testPicture is one of them, by its whole path.
func testPicture(t *testing.T, name string) string {
	t.Helper()
	if errTestPictures != nil {
		t.Fatal(errTestPictures)
	}
	return filepath.Join(testPictures, name)
}

// readPicture is a picture file of any kind.
func readPicture(t *testing.T, path string) *picture.Picture {
	t.Helper()
	p, err := picture.Read(context.Background(), bytes.NewReader(commandtest.ReadFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// writeKind writes a PNG file of m's kind, whose samples are all sorts of
// values.
func writeKind(t *testing.T, path string, m image.Image) {
	t.Helper()
	pix, _, _ := picture.Samples(m)
	for i := range pix {
		pix[i] = uint8(i*i*7 + i)
	}
	var b bytes.Buffer
	if err := picture.WritePNG(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	commandtest.WriteFile(t, path, b.Bytes())
}

// TestKindIsKept: a filter, a chain and a contact sheet have the kind and the
// depth of the picture; a sheet is opaque.
func TestKindIsKept(t *testing.T) {
	b := image.Rect(0, 0, 300, 20)
	for _, tt := range []struct {
		picture, sheet image.Image
	}{
		{image.NewGray(b), &image.Gray{}},
		{image.NewGray16(b), &image.Gray16{}},
		{picture.NewGrayAlpha(b), &image.Gray{}},
		{picture.NewGrayAlpha16(b), &image.Gray16{}},
		{image.NewNRGBA(b), &image.NRGBA{}},
		{image.NewNRGBA64(b), &image.NRGBA64{}},
	} {
		name := fmt.Sprintf("%T", tt.picture)
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeKind(t, "p.png", tt.picture)
			for _, args := range []string{"--filter blur --pool 2 --average", "--filter sharpen --then", ""} {
				if got := runFilters(append(strings.Fields(args), "--out", "o.png", "--force", "p.png")...); got.status != 0 {
					t.Fatalf("%s: got %+v", args, got)
				}
				want := name
				if args == "" {
					want = fmt.Sprintf("%T", tt.sheet)
				}
				if got := fmt.Sprintf("%T", readPicture(t, "o.png").Image); got != want {
					t.Errorf("%q: want %s, got %s", args, want, got)
				}
			}
		})
	}
}

// TestGreyIsExplainedOnce: whatever a file has grey as.
func TestGreyIsExplainedOnce(t *testing.T) {
	for _, name := range []string{"la.png", "grey-transparent.png", "grey-palette.png", "grey.gif", "grey.tiff"} {
		got := runFilters("explain", "--at", "2,2", "--filter", "blur", testPicture(t, name))
		if got.status != 0 || strings.Count(got.stdout, "clamp") != 1 || !strings.Contains(got.stdout, "\ngrey\n") {
			t.Errorf("%s: want one channel, grey, got\n%+v", name, got)
		}
	}
}

// TestExplainAlpha explains pixels that are seen in part.
func TestExplainAlpha(t *testing.T) {
	t.Chdir(t.TempDir())
	m := &picture.GrayAlpha{Pix: []uint8{90, 255, 200, 0, 30, 51}, Stride: 6, Rect: image.Rect(0, 0, 3, 1)}
	var b bytes.Buffer
	if err := picture.WritePNG(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	commandtest.WriteFile(t, "p.png", b.Bytes())
	got := runFilters("explain", "--at", "1,0", "--kernel", "1 2 1", "--factor", "1/4", "p.png")
	// 90 counts 1, 200 nothing and 30 a fifth: (90 + 6) / 1.2 = 80.
	commandtest.Want(t, result{0, `kernel 1×3 at 1,0 of p.png, 3×1, edges: wrap

grey
  neighbourhood    alpha
   90 200  30      255   0  51
  mean    what is not seen of a pixel counts as 80, the mean of what is, weighed
          by alpha and filter
  as it counts    filter    products
  90 80 70        1 2 1      90 160  70
  sum     90 + 160 + 70 = 320
  factor  320 · 1/4 = 80
  bias    80 + 0 = 80
  clamp   80 to 0…255 = 80
`, ""}, got)
	if got := runFilters("explain", "--at", "1,0", "--filter", "median", "p.png").stdout; !strings.Contains(got, "sorted  30·0.2 30·0.2 30·0.2 [90] 90 90\n") {
		t.Errorf("median: got\n%s", got)
	}
}

// TestUpright: a picture is filtered as viewers show it.
func TestUpright(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"turned-6.jpg", "turned.png", "turned.webp", "turned.tiff"} {
		path := testPicture(t, name)
		commandtest.Want(t, result{0, "o.png: kernel 1×1, factor 1, bias 0: 4×6\n", ""}, runFilters("--kernel", "1", "--force", "--out", "o.png", path))
		if diff := cmp.Diff(readPicture(t, path).Image, readPicture(t, "o.png").Image); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestProfileIsKept: what a file says of its colours is in what is made of it.
func TestProfileIsKept(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"profile.png", "profile.jpg", "profile.tiff", "turned.webp", "gamma.png"} {
		path := testPicture(t, name)
		want := readPicture(t, path).Colour
		for _, args := range []string{"--filter blur", "--filter blur --then", ""} {
			if got := runFilters(append(strings.Fields(args), "--force", "--out", "o.png", path)...); got.status != 0 || got.stderr != "" {
				t.Fatalf("got %+v", got)
			}
			if got := readPicture(t, "o.png").Colour; len(want) == 0 || !bytes.Equal(want, got) {
				t.Errorf("%s %s: want %d bytes on colours, got %d", name, args, len(want), len(got))
			}
		}
	}
}

// TestNotes: what of a file is left out is told, once.
func TestNotes(t *testing.T) {
	t.Chdir(t.TempDir())
	file := commandtest.ReadFile(t, testPicture(t, "profile.png"))
	at := bytes.Index(file, []byte("iCCP"))
	length := int(binary.BigEndian.Uint32(file[at-4:]))
	file[at+4+length] ^= 0xff
	commandtest.WriteFile(t, "p.png", file)
	const note = "filters: p.png: its colour profile is damaged (the checksum of iCCP is wrong), and is left out\n"
	commandtest.Want(t, result{0, "p-blur.png: 6×4\np-mean.png: 6×4\n", note}, runFilters("--filter", "blur,mean", "p.png"))
	if got := runFilters("explain", "--at", "1,1", "--filter", "blur", "p.png"); got.stderr != note {
		t.Errorf("explain: want %q, got %q", note, got.stderr)
	}
}

// TestNothingShowsThrough: an opaque white disc on invisible red has no red on
// the contact sheet, of which the first cell is the picture made smaller.
func TestNothingShowsThrough(t *testing.T) {
	t.Chdir(t.TempDir())
	m := image.NewNRGBA(image.Rect(0, 0, 600, 600))
	for y := range 600 {
		for x := range 600 {
			m.SetNRGBA(x, y, color.NRGBA{255, 0, 0, 0})
			if (x-300)*(x-300)+(y-300)*(y-300) < 250*250 {
				m.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
			}
		}
	}
	writePicture(t, "disc.png", m)
	if got := runFilters("disc.png"); got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	sheet := readPNG(t, "disc-filters.png")
	red := 0
	for y := range sheet.Bounds().Dy() {
		for x := range sheet.Bounds().Dx() {
			if r, g, _, _ := sheet.At(x, y).RGBA(); r>>8 > g>>8+2 {
				red++
			}
		}
	}
	if red > 0 {
		t.Errorf("want no red pixel, got %d", red)
	}
}

// TestProgress: nothing is told of what is done soon, and then what is being
// done.
func TestProgress(t *testing.T) {
	for _, tt := range []struct {
		live bool
		pace pace
		want string
	}{
		{false, pace{2 * time.Second, 10 * time.Second}, "filters: blur, 25 % …\nfilters: writing p.png …\n"},
		{true, pace{time.Second, time.Second}, "\rblur, 25 % … 1s\x1b[K\rblur, 25 % … 3s\x1b[K\rblur, 25 % … 5s\x1b[K\rwriting p.png … 20s\x1b[K\r\x1b[K"},
	} {
		var b bytes.Buffer
		start := time.Now()
		p := &progress{w: &b, live: tt.live, pace: tt.pace, since: start}
		p.begin("blur")
		p.tick(start.Add(100 * time.Millisecond))
		p.report(1, 4)
		p.report(0, 4) // a goroutine that comes late
		for _, after := range []time.Duration{1, 3, 5} {
			p.tick(start.Add(after * time.Second))
		}
		p.begin("writing p.png")
		p.tick(start.Add(20 * time.Second))
		p.clear()
		p.clear()
		if diff := cmp.Diff(tt.want, b.String()); diff != "" {
			t.Errorf("live %v (-want +got):\n%s", tt.live, diff)
		}
	}
}

// TestFolderInTheWay: what cannot be written is told before anything is done.
func TestFolderInTheWay(t *testing.T) {
	t.Chdir(t.TempDir())
	writePicture(t, "photo.png", coloured())
	if err := os.MkdirAll("photo-blur.png/x", 0o755); err != nil {
		t.Fatal(err)
	}
	commandtest.Want(t, result{1, "", "filters: photo-blur.png is a folder: --out writes elsewhere\n"}, runFilters("--filter", "mean,blur", "photo.png"))
	commandtest.WantFiles(t, "photo.png")
}

// TestBesideDevice: what comes of a picture that is piped in lies in the
// current folder.
func TestBesideDevice(t *testing.T) {
	f := &flags{}
	got, err := f.path("/dev/stdin", job{filters: []filters.Filter{find(t, "blur")}}, 1)
	if got != "stdin-blur.png" || err != nil {
		t.Errorf("want stdin-blur.png, got %q and error %v", got, err)
	}
}
