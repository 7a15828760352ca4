package pictures

import (
	"image"
	"path/filepath"
	"testing"

	"euryale/graph"
	asked "euryale/internal/wrong"
)

func TestFieldsAskedWrongly(t *testing.T) {
	net, data := network(t, grey8), shapes(9, 1, 8)
	asked.Fields{
		Subjects: []asked.Subject{{
			Of: FeatureConfig{},
			Ask: func(c any) error {
				_, err := FeatureMaps(net, data, c.(FeatureConfig))
				return err
			},
			As: map[string][]string{"Channel": {"channel"}, "Images": {"images"}},
		}},
		Answers: []string{"Confused", "Confusion", "Mistake", "Sheet"},
	}.Run(t, ".")
}

func TestAskedWrongly(t *testing.T) {
	net, data := network(t, grey8), shapes(9, 1, 8)
	var none *graph.Network
	errorOf := func(_ any, err error) error { return err }
	path := filepath.Join(t.TempDir(), "a.png")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errorOf(FeatureMaps(nil, data, FeatureConfig{})), "feature maps: want a network, got nil"},
		{errorOf(FeatureMaps(net, nil, FeatureConfig{})), "feature maps: want a dataset, got nil"},
		{errorOf(FeatureSheets(nil, data, FeatureConfig{})), "feature maps: want a network, got nil"},
		{errorOf(Kernels(nil)), "kernels: want a network, got nil"},
		{errorOf(Mistakes(nil, nil)), "mistakes: want a dataset, got nil"},
		{errorOf(WorstMistakes(data.Labels, nil, -1)), "pictures: want a number of mistakes of 0 or more, got -1"},
		{errorOf(Curves(nil)), "curves: want at least one epoch, got none"},
		{CheckImages(none), "want a network, got nil"},
		{CheckClasses(none), "want a network, got nil"},
		{WritePNG(path, nil), path + ": want a picture, got nil"},
	} {
		wantError(t, tt.err, tt.want)
	}
	if ImageLayers(nil) != nil || FirstKernels(nil) != nil || FirstOfClass(nil, 0, 1) != nil || (Sheet{}).PNG() != nil {
		t.Error("want nothing of nothing")
	}
	ragged := &Confusion{Counts: [][]int{{1, 2}, {3}}}
	const want = "confusion matrix: want 2 counts in each row, one for each row, got 1 in row 1"
	if got := ragged.String(); got != want+"\n" || ragged.HTML() != "<p>"+want+"</p>\n" || ragged.Image() != nil {
		t.Errorf("want %q and no picture, got %q, %q", want, got, ragged.HTML())
	}
	wantError(t, WritePNG(filepath.Join(path, "b.png"), image.NewGray(image.Rect(0, 0, 1, 1))), "cannot write "+filepath.Join(path, "b.png")+": no such file or directory")
}
