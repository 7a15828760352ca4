package pictures

import "testing"

func TestNumbers(t *testing.T) {
	for _, tt := range [][2]string{
		{thousands(0), "0"},
		{thousands(999), "999"},
		{thousands(1000), "1,000"},
		{thousands(-123), "-123"},
		{thousands(36_928_000), "36,928,000"},
		{plural(1, "image"), "1 image"},
		{plural(10_000, "image"), "10,000 images"},
		{percent(0.99185, 2), "99.19 %"},
		{number(-0.42128), "−0.421"},
		{number(0), "0"},
		{className(garments, 2), "Ankle boot"},
		{className(garments, 3), "class 3"},
	} {
		if tt[0] != tt[1] {
			t.Errorf("want %q, got %q", tt[1], tt[0])
		}
	}
}
