package page_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/browser"
)

// TestOnPaper looks at the page as it is laid out for A4 with margins of 15 mm,
// which leave 180 mm. On paper, too, a dark screen must not come out.
func TestOnPaper(t *testing.T) {
	chromium := browser.Find(t, time.Minute)
	const width = 680 // in CSS pixels, 96 an inch
	text := probed(t, onPaper(t, shortRun(t)), true)
	for _, dark := range []bool{false, true} {
		var got found
		chromium.Look(t, framed(t, text, width), dark, &got)
		want := found{Width: width, Dark: dark, Language: "en", Paper: "rgb(255, 255, 255)", Titles: 1, Tables: 7, Images: got.Images, Texts: got.Texts, Faults: []string{}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("page on paper, dark %v (-want +got):\n%s", dark, diff)
		}
	}
}

// onPaper is the page with the style of a printer on the screen.
func onPaper(t *testing.T, text string) string {
	t.Helper()
	for _, media := range []string{"@media print ", "@media screen and "} {
		if !strings.Contains(text, media) {
			t.Fatalf("want %q in the page", media)
		}
	}
	return strings.NewReplacer("@media print ", "@media all ", "@media screen and ", "@media print and ").Replace(text)
}

// TestPrinted prints the page, and finds each picture of the gallery on the
// sheet of its caption, and no heading at the foot of a sheet.
func TestPrinted(t *testing.T) {
	chromium := browser.Find(t, time.Minute)
	for _, tool := range []string{"pdftotext", "pdfimages"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s: want poppler", tool)
		}
	}
	dir := t.TempDir()
	page, pdf := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(page, []byte(shortRun(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	chromium.Run(t, fileURL(page), "--no-pdf-header-footer", "--print-to-pdf="+pdf)
	images := imagesBySheet(t, pdf)
	sheets := strings.Split(strings.TrimSuffix(output(t, "pdftotext", "-layout", pdf, "-"), "\f"), "\f")
	captions := 0
	for i, text := range sheets {
		n := strings.Count(text, "no. ")
		captions += n
		if n > 0 && images[i+1] != n {
			t.Errorf("sheet %d: want a picture for each of %d captions, got %d", i+1, n, images[i+1])
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		switch last := strings.TrimSpace(lines[len(lines)-1]); last {
		case "Learning curves", "Confusion matrix", "Most confident mistakes", "Network", "Dataset", "Settings", "Machine", "Timings":
			t.Errorf("sheet %d: want no heading at its foot, got %q", i+1, last)
		}
	}
	if captions != 36 {
		t.Errorf("want 36 captions, got %d", captions)
	}
}

// imagesBySheet counts the images of a digit's size on each sheet, from 1.
func imagesBySheet(t *testing.T, pdf string) map[int]int {
	t.Helper()
	images := map[int]int{}
	for _, line := range strings.Split(output(t, "pdfimages", "-list", pdf), "\n") {
		// page, number, type, width, height and so on.
		if f := strings.Fields(line); len(f) > 4 && f[2] == "image" && f[3] == "28" && f[4] == "28" {
			sheet, err := strconv.Atoi(f[0])
			if err != nil {
				t.Fatal(err)
			}
			images[sheet]++
		}
	}
	return images
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}
