package near

import "testing"

func TestHint(t *testing.T) {
	nets := []string{"simple", "dense128", "lesson", "conv32", "conv64", "three-conv", "lenet5"}
	sets := []string{"mnist", "fashion", "rendered-digits", "rendered-garments"}
	for _, tt := range []struct {
		word  string
		names []string
		want  string
	}{
		{"lenet", nets, "lenet5"},
		{"LeNet-5", nets, "lenet5"},
		{"leson", nets, "lesson"},
		{"conv", nets, "conv32"},
		{"conv46", nets, "conv64"},
		{"dense", nets, "dense128"},
		{"threeconv", nets, "three-conv"},
		{"resnet", nets, ""},
		{"x", nets, ""},
		{"", nets, ""},
		{"minst", sets, "mnist"},
		{"MNIST", sets, "mnist"},
		{"fashion-mnist", sets, "fashion"},
		{"digits", sets, "rendered-digits"},
		{"cifar", sets, ""},
		{"s", sets, ""},
		{"fashiön", sets, "fashion"},
		{"any", nil, ""},
	} {
		want := ""
		if tt.want != "" {
			want = ": did you mean " + tt.want + "?"
		}
		if got := Hint(tt.word, "", tt.names...); got != want {
			t.Errorf("%q: want %q, got %q", tt.word, want, got)
		}
	}
	if got, want := Hint("epoch", "--", "epochs"), ": did you mean --epochs?"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "ab", 1},
		{"abc", "acb", 1},
		{"kitten", "sitting", 3},
		{"ca", "abc", 3},
		{"é", "e", 1},
	} {
		if got := edits(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: want %d edits, got %d", tt.a, tt.b, tt.want, got)
		}
	}
}
