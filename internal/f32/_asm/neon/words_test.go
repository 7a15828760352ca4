package main

import (
	"bufio"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/arch/arm64/arm64asm"
)

var word = regexp.MustCompile(`^\tWORD \$0x([0-9a-f]{8}) // (.+)$`)

// TestWords decodes each word of the generated files, and compares it with the
// instruction beside it.
func TestWords(t *testing.T) {
	files, err := filepath.Glob("../../../*/*_arm64.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("no assembly: %v", err)
	}
	words, kinds := 0, map[string]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			if !strings.Contains(lines.Text(), "WORD") {
				continue
			}
			m := word.FindStringSubmatch(lines.Text())
			if m == nil {
				t.Fatalf("%s:%d: a word without what it says: %s", name, n, lines.Text())
			}
			code, err := strconv.ParseUint(m[1], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decode(uint32(code))
			if err != nil || got != m[2] {
				t.Fatalf("%s:%d: %s says %q, %v, want %q", name, n, m[1], got, err, m[2])
			}
			kind, _, _ := strings.Cut(got, " ")
			words, kinds[kind] = words+1, true
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d words of %d instructions", words, len(kinds))
}

func decode(code uint32) (string, error) {
	i, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, code))
	return i.String(), err
}
