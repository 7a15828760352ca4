package loaders

import (
	"slices"
	"testing"
)

// TestChecksum is the same of the same images, and another of any change.
func TestChecksum(t *testing.T) {
	of := func() *Dataset {
		return &Dataset{
			Name: "two", Classes: []string{"a", "b"}, Channels: 1, Height: 2, Width: 3,
			Images: []uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, Labels: []int{0, 1},
		}
	}
	// Python: q = lambda *n: struct.pack('<%dq' % len(n), *n)
	// hashlib.sha256(q(1,2,3,2,12,2)+q(1)+b'a'+q(1)+b'b'+bytes(range(12))+bytes([0,1])).hexdigest()
	const want = "f3e64c43f19d3d34d6e66dd439816c0af75cf9aa855c47ca58439ad10047ecda"
	if got := of().Checksum(); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
	renamed := of()
	renamed.Name, renamed.Origin = "other", "elsewhere"
	if renamed.Checksum() != want {
		t.Error("want a name to have no part in it")
	}
	seen := []string{want}
	for what, change := range map[string]func(d *Dataset){
		"pixel":   func(d *Dataset) { d.Images[11] = 0 },
		"label":   func(d *Dataset) { d.Labels[0] = 1 },
		"class":   func(d *Dataset) { d.Classes[0] = "c" },
		"classes": func(d *Dataset) { d.Classes = []string{"ab", ""} },
		"sizes":   func(d *Dataset) { d.Height, d.Width = 3, 2 },
		"fewer":   func(d *Dataset) { *d = *d.First(1) },
	} {
		d := of()
		change(d)
		if got := d.Checksum(); slices.Contains(seen, got) {
			t.Errorf("%s: want another checksum", what)
		} else {
			seen = append(seen, got)
		}
	}
}

func BenchmarkChecksum(b *testing.B) {
	d := &Dataset{Images: make([]uint8, 60000*784), Labels: make([]int, 60000)}
	b.SetBytes(int64(len(d.Images)))
	for b.Loop() {
		d.Checksum()
	}
}
