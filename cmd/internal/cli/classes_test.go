package cli

import (
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

func TestMissedClasses(t *testing.T) {
	for _, tt := range []struct {
		want []string // of a network of three; nil for none
		got  []string
		says string
	}{
		{[]string{"cat", "dog", "owl"}, []string{"cat", "dog", "owl"}, ""},
		{nil, []string{"cat", "dog", "owl"}, ""},
		{nil, []string{"cat", "dog"}, "want images of 3 classes, as the network tells, got 2 in pets: cat, dog"},
		{[]string{"cat", "dog", "owl"}, []string{"cat", "owl"}, "want images of the 3 classes that the network tells, cat, dog, owl, got those of pets without dog"},
		{[]string{"cat", "dog", "owl"}, []string{"a", "b", "c", "cat", "d", "e", "owl"}, "want images of the 3 classes that the network tells, cat, dog, owl, got those of pets without dog and with a, b, c and 2 more"},
		{[]string{"cat", "dog", "owl"}, []string{"cat", "cow", "dog", "owl"}, "want images of the 3 classes that the network tells, cat, dog, owl, got those of pets with cow"},
		{[]string{"cat", "dog", "owl"}, []string{"dog", "cat", "owl"}, "want images of the 3 classes that the network tells, cat, dog, owl, got those of pets in another order, dog, cat, owl"},
	} {
		net, err := graph.New(graph.Config{Input: graph.Shape{1, 2, 2}}, graph.Flatten{}, graph.Dense{Units: 3})
		must(t, err)
		must(t, net.SetDetails(graph.Details{Classes: tt.want}))
		if got := missedClasses(net, &loaders.Dataset{Name: "pets", Classes: tt.got}); got != tt.says {
			t.Errorf("%v for %v: want %q, got %q", tt.got, tt.want, tt.says, got)
		}
	}
}
