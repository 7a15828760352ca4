package command

import (
	"bytes"
	"os"
	"testing"
)

// TestTerminal tells one, also where it has no width yet, from a file and a buffer.
func TestTerminal(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if Terminal(file) || Terminal(&bytes.Buffer{}) {
		t.Error("want no terminal, got one")
	}
	ptmx, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	defer ptmx.Close()
	if !Terminal(ptmx) || Width(ptmx) != 0 {
		t.Errorf("want a terminal without a width, got %v and %d", Terminal(ptmx), Width(ptmx))
	}
}
