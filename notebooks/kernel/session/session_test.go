package session

import (
	"bytes"
	"context"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosmos72/gomacro/fast"
)

// A character that comes in two pieces leaves in one.
func TestWhole(t *testing.T) {
	const text = "28×28 – 日本 \xff end é"
	for size := 1; size <= len(text); size++ {
		var pieces []string
		w := Whole(writerFunc(func(p []byte) (int, error) {
			pieces = append(pieces, string(p))
			return len(p), nil
		}))
		for at := 0; at < len(text); at += size {
			if n, err := w.Write([]byte(text[at:min(at+size, len(text))])); err != nil || n != min(size, len(text)-at) {
				t.Fatal(n, err)
			}
		}
		if got := strings.Join(pieces, ""); got != text {
			t.Errorf("pieces of %d: got %q", size, got)
		}
		for _, p := range pieces {
			if strings.ToValidUTF8(strings.ReplaceAll(p, "\xff", "?"), "#") != strings.ReplaceAll(p, "\xff", "?") {
				t.Errorf("pieces of %d: %q is cut within a character", size, p)
			}
		}
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestText(t *testing.T) {
	for _, c := range []struct {
		values []any
		want   string
	}{
		{[]any{9, "a", nil}, "9 a"},
		{[]any{image.NewGray(image.Rect(0, 0, 3, 2))}, "image of 3×2"},
		{[]any{bytes.NewBufferString("a Stringer")}, "a Stringer"},
		{[]any{strings.Repeat("é", longest)}, strings.Repeat("é", longest/2) + "… and 32768 bytes more"},
	} {
		if got := Text(c.values...); got != c.want {
			t.Errorf("got %.60q…, want %.60q…", got, c.want)
		}
	}
}

// The context is that of the cell that asks, wherever it was kept.
func TestContext(t *testing.T) {
	Attach(fast.New())
	ctx := Background()
	err := Run(func() error {
		done := ctx.Done()
		Interrupt()
		select {
		case <-done:
			return ctx.Err()
		case <-time.After(10 * time.Second):
			return errors.New("the context goes on")
		}
	})
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v", err)
	}
	err = Run(func() error {
		child, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		<-child.Done()
		return errors.Join(ctx.Err(), child.Err())
	})
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("the next cell: got %v", err)
	}
}

// What a line that is written over leaves is the line as it was in the end.
func TestLive(t *testing.T) {
	for _, c := range []struct {
		name     string
		writes   []string
		stream   string
		displays []string
	}{
		{"plain text", []string{"a\nb", "c\n"}, "a\nbc\n", nil},
		{"Windows' line ends", []string{"a\r\nb\r", "\nc"}, "a\r\nb\r\nc", nil},
		{"progress", []string{"begin\n", "\r1/2 ==", "\r2/2 done", "\n", "\r1/2", "\r2/2\n", "end\n"}, "begin\n", []string{"2/2 done\n2/2\nend"}},
		{"a shorter line over a longer", []string{"\rabcdef", "\rxy"}, "", []string{"xycdef"}},
		{"blanks over it", []string{"\rabcdef", "\rxy    "}, "", []string{"xy"}},
		{"a line begun before", []string{"one\nEpoch 1", "\rEpoch 2", "\n"}, "one\n", []string{"Epoch 2"}},
		{"in one piece", []string{"one\ntwo\rTWO\n"}, "one\n", []string{"TWO"}},
		{"characters of several bytes", []string{"\r206µs\r158µs ×\n"}, "", []string{"158µs ×"}},
		{"more than a display", []string{"\r" + strings.Repeat("x\n", blockLines+1)}, "", []string{strings.TrimSuffix(strings.Repeat("x\n", blockLines), "\n"), "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stream bytes.Buffer
			var displays []string
			l := Live(&stream, func(text string, again bool) error {
				if !again {
					displays = append(displays, "")
				}
				displays[len(displays)-1] = text
				return nil
			})
			for _, w := range c.writes {
				if n, err := l.Write([]byte(w)); n != len(w) || err != nil {
					t.Fatal(n, err)
				}
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if stream.String() != c.stream || !slices.Equal(displays, c.displays) {
				t.Errorf("got %q, %q; want %q, %q", stream.String(), displays, c.stream, c.displays)
			}
		})
	}
}

// Pieces end with lines, but for one that is slow to come.
func TestLiveLines(t *testing.T) {
	pieces := make(chan string, 10)
	l := Live(writerFunc(func(p []byte) (int, error) {
		pieces <- string(p)
		return len(p), nil
	}), nil)
	for _, s := range []string{"a", "b\n", "c", "d"} {
		if _, err := l.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"ab\n", "cd"} {
		select {
		case got := <-pieces:
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%q does not come", want)
		}
	}
	if err := l.Close(); err != nil || len(pieces) > 0 {
		t.Errorf("%v, and %d pieces more", err, len(pieces))
	}
}
