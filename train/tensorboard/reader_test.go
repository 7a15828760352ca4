package tensorboard

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// written is a value of an event file, as the tests read it: by none of the
// means that wrote it.
type written struct {
	wall   float64
	step   int
	tag    string
	scalar *float64
	image  fields
	histo  fields
}

// fields are those of a protobuf message, by number: varints as uint64, fixed
// ones as their bits, the rest as bytes; of each all, in order.
type fields map[int][]any

func (f fields) has(n int) bool { return len(f[n]) > 0 }

func (f fields) bits(n int) uint64 {
	if !f.has(n) {
		return 0
	}
	return f[n][0].(uint64)
}

func (f fields) number(n int) int { return int(f.bits(n)) }

func (f fields) double(n int) float64 { return math.Float64frombits(f.bits(n)) }

func (f fields) bytes(n int) []byte {
	if !f.has(n) {
		return nil
	}
	return f[n][0].([]byte)
}

// strings are all of a repeated field.
func (f fields) strings(n int) []string {
	var all []string
	for _, b := range f[n] {
		all = append(all, string(b.([]byte)))
	}
	return all
}

func (f fields) doubles(n int) []float64 {
	var all []float64
	for b := f.bytes(n); len(b) >= 8; b = b[8:] {
		all = append(all, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return all
}

func parse(t *testing.T, b []byte) fields {
	t.Helper()
	f := fields{}
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatalf("want a field's key, got % x", b)
		}
		b = b[n:]
		var v any
		size := 0
		switch key & 7 {
		case 0:
			v, size = binary.Uvarint(b)
		case 1:
			v, size = binary.LittleEndian.Uint64(b), 8
		case 2:
			length, n := binary.Uvarint(b)
			v, size = b[n:n+int(length)], n+int(length)
		case 5:
			v, size = uint64(binary.LittleEndian.Uint32(b)), 4
		default:
			t.Fatalf("field %d has type %d", key>>3, key&7)
		}
		f[int(key>>3)], b = append(f[int(key>>3)], v), b[size:]
	}
	return f
}

// crc is the masked CRC-32C, bit by bit.
func crc(data []byte) uint32 {
	c := ^uint32(0)
	for _, x := range data {
		c ^= uint32(x)
		for range 8 {
			low := c & 1
			c >>= 1
			if low == 1 {
				c ^= 0x82f63b78
			}
		}
	}
	c = ^c
	return (c>>15 | c<<17) + 0xa282ead8
}

// records are what the file holds, their lengths and sums checked.
func records(t *testing.T, b []byte) [][]byte {
	t.Helper()
	var all [][]byte
	for len(b) > 0 {
		n := binary.LittleEndian.Uint64(b)
		if want, got := crc(b[:8]), binary.LittleEndian.Uint32(b[8:]); want != got {
			t.Fatalf("record %d: want %#x as the length's sum, got %#x", len(all), want, got)
		}
		data := b[12 : 12+n]
		if want, got := crc(data), binary.LittleEndian.Uint32(b[12+n:]); want != got {
			t.Fatalf("record %d: want %#x as the sum, got %#x", len(all), want, got)
		}
		all, b = append(all, data), b[16+n:]
	}
	return all
}

// read is what the only file of a folder holds behind its first record, which is
// the version.
func read(t *testing.T, dir string) []written {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("want one event file, got %v (%v)", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var all []written
	for i, data := range records(t, b) {
		e := parse(t, data)
		if i == 0 {
			if v := string(e.bytes(3)); v != "brain.Event:2" {
				t.Errorf("want version brain.Event:2 first, got %q", v)
			}
			continue
		}
		if e.has(4) {
			if i != 1 {
				t.Errorf("want the graph as record 1 alone, got one as record %d", i)
			}
			continue
		}
		v := parse(t, parse(t, e.bytes(5)).bytes(1))
		w := written{wall: e.double(1), step: e.number(2), tag: string(v.bytes(1))}
		if v.has(2) {
			x := float64(math.Float32frombits(uint32(v.bits(2))))
			w.scalar = &x
		}
		if b := v.bytes(4); b != nil {
			w.image = parse(t, b)
		}
		if b := v.bytes(5); b != nil {
			w.histo = parse(t, b)
		}
		all = append(all, w)
	}
	return all
}

func TestCRC(t *testing.T) {
	if got, want := masked([]byte("123456789")), uint32(0xe3069283>>15|0xe3069283<<17&0xffffffff)+0xa282ead8; got != want || crc([]byte("123456789")) != want {
		t.Errorf("want %#x, got %#x", want, got)
	}
}
