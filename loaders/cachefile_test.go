package loaders

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCache is made, used, and made anew where it must be.
func TestCache(t *testing.T) {
	good := noisyJPEG(9, 7, 1)
	content := made{"a/0.jpg": good, "a/1.jpg": noisyJPEG(9, 7, 2), "b/0.jpg": noisyJPEG(9, 7, 3), "b/bad.jpg": good[:len(good)-20], "c/1.jpg": good}
	dir := content.folder(t)
	cache := filepath.Join(t.TempDir(), "cache")
	open := func(c OpenConfig) (sum, log string) {
		t.Helper()
		var b strings.Builder
		c.SkipBad, c.Cache, c.Log = true, cache, &b
		d, _, err := Open(t.Context(), dir, c)
		must(t, err)
		if d.Len() != 4 {
			t.Errorf("want 4 images, got %d", d.Len())
		}
		all, err := d.Take([]int{0, 1, 2, 3})
		must(t, err)
		return all.Checksum(), b.String()
	}
	plain, _, err := Open(t.Context(), dir, OpenConfig{SkipBad: true})
	must(t, err)
	want := plain.Checksum()
	const making = "decoding 5 pictures into the cache "
	change := func(at int64) {
		f, err := os.OpenFile(cache, os.O_RDWR, 0)
		must(t, err)
		defer f.Close()
		b := []byte{0}
		f.ReadAt(b, at)
		b[0] ^= 1
		f.WriteAt(b, at)
	}
	size := int64(cacheHeader + 5*(9*7*3+cacheEntry) + 32)
	for _, tt := range []struct {
		name   string
		before func()
		config OpenConfig
		log    string // "" if the cache is used
	}{
		{"none", func() {}, OpenConfig{}, making + cache + "\n"},
		{"used, held", func() {}, OpenConfig{}, ""},
		{"used, streamed", func() {}, OpenConfig{Memory: 1}, ""},
		{"a changed pixel", func() { change(int64(cacheHeader) + 30) }, OpenConfig{Memory: 1}, making + cache + ", which was damaged\n"},
		{"a changed sum", func() { change(size - 40) }, OpenConfig{}, making + cache + ", which was damaged\n"},
		{"cut short", func() { os.Truncate(cache, size-1) }, OpenConfig{}, making + cache + ", which was damaged\n"},
		{"another identity", func() { change(int64(cacheHeader) - 1) }, OpenConfig{}, making + cache + ", which was of other files or sizes\n"},
		{"a touched file", func() {
			at := filepath.Join(dir, "a", "1.jpg")
			info, err := os.Stat(at)
			must(t, err)
			must(t, os.Chtimes(at, info.ModTime().Add(1e9), info.ModTime().Add(1e9)))
		}, OpenConfig{}, making + cache + ", which was of other files or sizes\n"},
		{"used again", func() {}, OpenConfig{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.before()
			sum, log := open(tt.config)
			if sum != want {
				t.Errorf("want the images of checksum %s, got %s", want, sum)
			}
			if made := strings.Contains(log, making); made != (tt.log != "") || !strings.Contains(log, tt.log) {
				t.Errorf("want %q said, got %q", tt.log, log)
			}
			if !strings.Contains(log, "left out: b/bad.jpg") || strings.Count(log, "left out") != 1 {
				t.Errorf("want the bad picture listed once, got %q", log)
			}
			if info, err := os.Stat(cache); err != nil || info.Size() != size {
				t.Errorf("want a cache of %d bytes, got %v, %v", size, info.Size(), err)
			}
		})
	}
	t.Run("same checksum of streamed", func(t *testing.T) {
		with, _, err := Open(t.Context(), dir, OpenConfig{SkipBad: true, Cache: cache, Memory: 1})
		must(t, err)
		again, _, err := Open(t.Context(), content.folder(t), OpenConfig{SkipBad: true, Cache: filepath.Join(t.TempDir(), "x"), Memory: 1})
		must(t, err)
		if with.Checksum() != again.Checksum() {
			t.Errorf("want the checksum of a copy of the folder, %s, got %s", with.Checksum(), again.Checksum())
		}
	})
}

func TestCacheReports(t *testing.T) {
	dir := greys("a/1.png", "b/2.png").folder(t)
	other := written(t, "precious", []byte("a text"))
	_, _, err := Open(t.Context(), dir, OpenConfig{Cache: other})
	wantError(t, err, other+": want a file for the cache of decoded images, got something else, which is not written over: remove it or name another")
	nowhere := filepath.Join(dir, "none", "cache")
	_, _, err = Open(t.Context(), dir, OpenConfig{Cache: nowhere})
	if err == nil || !strings.Contains(err.Error(), "cannot write "+nowhere) {
		t.Errorf("want an error that names the cache, got %v", err)
	}
	good := noisyJPEG(8, 8, 1)
	bad := made{"a/1": good, "b/1": good, "b/2": good[:len(good)-20]}.folder(t)
	cache := filepath.Join(t.TempDir(), "cache")
	_, _, err = Open(t.Context(), bad, OpenConfig{Cache: cache})
	if err == nil || !strings.HasPrefix(err.Error(), bad+": 1 file of 3 cannot be read: b/2 (") {
		t.Errorf("want the picture that cannot be read, got %v", err)
	}
	if _, err := os.Stat(cache); err == nil {
		t.Error("want no cache after an error")
	}
	d, _, err := Open(t.Context(), dir, OpenConfig{Cache: cache, Memory: 1})
	must(t, err)
	must(t, os.WriteFile(cache, make([]byte, 1000), 0o644))
	if _, err := d.Take([]int{0}); err == nil || !strings.Contains(err.Error(), cache+": ") || !strings.Contains(err.Error(), "the cache has changed while it was used: remove it") {
		t.Errorf("want an error of the changed cache, got %v", err)
	}
}
