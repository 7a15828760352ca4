package train

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
)

// normed is a network for bars with a batch normalisation of one value of each
// channel, and one of several.
func normed(t testing.TB, single, several graph.Layer) *graph.Network {
	t.Helper()
	return network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1},
		graph.Conv2D{Filters: 2, Kernel: 3}, several, graph.Flatten{}, graph.Dense{Units: 4}, single, graph.Dense{Units: 3, Activation: graph.Softmax})
}

// times is a source whose inputs are those of another times a number.
type times struct {
	loaders.Source
	by float32
}

func (s times) Fill(b *loaders.Batch, index []int) error {
	err := s.Source.Fill(b, index)
	for _, x := range b.Inputs {
		for i := range x {
			x[i] *= s.by
		}
	}
	return err
}

func TestPreflight(t *testing.T) {
	both := normed(t, graph.BatchNorm{}, graph.BatchNorm{})
	outer := normed(t, graph.Frozen{Layer: graph.BatchNorm{}}, graph.BatchNorm{})
	none := tiny(t, 1)
	empty := bars(12)
	for i := range empty.Labels {
		empty.Labels[i] = 1
	}
	for _, tt := range []struct {
		name   string
		net    *graph.Network
		data   loaders.Source
		config Config
		said   string // all that is written
		failed string
	}{
		{"all well", both, bars(12), Config{Batch: 4}, "", ""},
		{"a batch of one, one value", both, bars(12), Config{Batch: 1}, "train: batches of 1 sample: batch_norm_1 normalises each by itself, which is not so in inference\n", "train: want batches of at least 2 samples for batch_norm_2, which sees one value of each channel in a sample, got 1"},
		{"one sample", both, bars(1), Config{}, "train: batches of 1 sample: batch_norm_1 normalises each by itself, which is not so in inference\n", "got 1"},
		{"a batch of one, a frozen one", outer, bars(12), Config{Batch: 1}, "train: batches of 1 sample: batch_norm_1 normalises each by itself, which is not so in inference\n", ""},
		{"a batch of one, none", none, bars(12), Config{Batch: 1}, "", ""},
		{"a last batch of one", both, bars(13), Config{Batch: 4}, "train: the last batch of an epoch, 13 samples in batches of 4, is of 1, of which batch_norm_2 lets nothing through: another Batch leaves more\n", ""},
		{"classes without images", none, empty, Config{}, "train: bars: no images of left, right: the network will not know them\n", ""},
		{"pixels of 255", none, times{bars(12), 255}, Config{}, "train: input input: values from 0 to 199 in the first batch: scaled to about 0 to 1 they train better\n", ""},
		{"standardised", none, times{bars(12), 5}, Config{}, "", ""},
		{"constant", none, times{bars(12), 0}, Config{}, "train: input input: every value of the first batch is 0: there is nothing to learn from\n", ""},
		{"NoPreflight", both, times{bars(12), 0}, Config{Batch: 1, NoPreflight: true}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			tt.config.Log, tt.config.Epochs = &log, 2
			history, err := Fit(context.Background(), tt.net, tt.data, tt.config)
			if tt.failed != "" {
				wantOneLine(t, err, tt.failed)
				if len(history.Epochs) > 0 {
					t.Error("want no epoch")
				}
			} else if err != nil {
				t.Error(err)
			}
			if log.String() != tt.said {
				t.Errorf("want\n%sgot\n%s", tt.said, &log)
			}
		})
	}
}

// TestPreflightIsOfABeginning has it silent where a Fit goes on.
func TestPreflightIsOfABeginning(t *testing.T) {
	var log strings.Builder
	net, c := tiny(t, 1), Config{Log: &log}
	data := times{bars(12), 0}
	history := fit(t, net, data, c)
	first := log.String()
	c.FirstEpoch, c.State = 2, &history.State
	fit(t, net, data, c)
	if first == "" || log.String() != first {
		t.Errorf("want a line at first and no more, got\n%s", &log)
	}
}

func TestPreflightReportsAFailedWrite(t *testing.T) {
	_, err := Fit(context.Background(), tiny(t, 1), times{bars(12), 0}, Config{Log: failing{}})
	wantOneLine(t, err, "train: Log: ")
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("want %v, got %v", io.ErrClosedPipe, err)
	}
}

// TestFirstLoss has networks whose first loss is not that of a guess.
func TestFirstLoss(t *testing.T) {
	sure := func(t *testing.T, seed uint64) *graph.Network { // of the wrong class
		net := tiny(t, seed)
		set(net.Params()[3].Value, 2, 9)
		return net
	}
	const line = "train: output dense_1: want a first loss of about ln 3 = 1.10, as a guess among 3 classes has, got %s: look at the labels, the scale of the inputs and that of the first weights\n"
	weighted := graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{9, 9, 9}}
	for _, tt := range []struct {
		name   string
		net    *graph.Network
		data   loaders.Source
		config Config
		want   string // the loss; "" for no line
	}{
		{"a guess", tiny(t, 1), bars(12), Config{}, ""},
		{"sure", sure(t, 1), bars(12), Config{}, "6.49"},
		{"sure, smoothed", sure(t, 1), bars(12), Config{Loss: graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1}}, "6.49"},
		{"sure, dense", sure(t, 1), bars(12), Config{Loss: graph.CategoricalCrossEntropy{}}, "6.49"},
		{"sure, of several", sure(t, 1), bars(12), Config{Loss: graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}, Weight: 1e-3}}}, "6.49"},
		{"sure, in a later batch only", tiny(t, 1), bars(12), Config{Batch: 4, Optimizer: spoiling{weight: 3, value: 0}}, ""},
		{"sure, weighted", sure(t, 1), bars(12), Config{Loss: weighted}, ""},
		{"a guess, weighted", tiny(t, 1), bars(12), Config{Loss: weighted}, ""},
		{"sure, NoPreflight", sure(t, 1), bars(12), Config{NoPreflight: true}, ""},
		{"another loss", sure(t, 1), bars(12), Config{Loss: graph.Focal{}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			tt.config.Log = &log
			fit(t, tt.net, tt.data, tt.config)
			switch got := log.String(); {
			case tt.want == "" && got != "":
				t.Errorf("want silence, got %q", got)
			case tt.want != "" && (strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, strings.Split(line, "%s")[0]+tt.want) || !strings.HasSuffix(got, strings.Split(line, "%s")[1])):
				t.Errorf("want %q with %s, got %q", line, tt.want, got)
			}
		})
	}
}

// TestReadyNetworksBeginWithAGuess: what there is to take is as it should be, on
// what there is to train it on.
func TestReadyNetworksBeginWithAGuess(t *testing.T) {
	digits, _ := loaders.RenderedDigits(1, 32, 0)
	garments, _ := loaders.RenderedGarments(1, 32, 0)
	sets := []*loaders.Dataset{digits, garments}
	for _, name := range []string{"mnist", "fashion"} {
		if os.Getenv(loaders.DirVariable) == "" {
			break
		}
		d, _, err := loaders.Load(t.Context(), name, loaders.Options{TrainSamples: 32})
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, d)
	}
	for _, name := range nets.Names() {
		for _, d := range sets {
			var log strings.Builder
			fit(t, named(t, name, 4), d, Config{Log: &log, Seed: 4})
			if log.Len() > 0 {
				t.Errorf("%s on %s: want silence, got %s", name, d.Name, &log)
			}
		}
	}
}

// TestPreflightOfEnds has networks whose end is not what the loss takes it for.
func TestPreflightOfEnds(t *testing.T) {
	ending := func(end ...graph.Layer) *graph.Network {
		return network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1}, append([]graph.Layer{graph.Flatten{}}, end...)...)
	}
	scce := graph.SparseCategoricalCrossEntropy{}
	for _, tt := range []struct {
		net  *graph.Network
		loss graph.Loss
		want string
	}{
		{ending(graph.Dense{Units: 3}), scce, ""},
		{ending(graph.Dense{Units: 3, Activation: graph.Softmax}), scce, ""},
		{ending(graph.Dense{Units: 3}, graph.LogSoftmax), graph.CategoricalCrossEntropy{}, ""},
		{ending(graph.Dense{Units: 3, Activation: graph.ReLU}), graph.MeanSquaredError{}, ""},
		{ending(graph.Dense{Units: 3, Activation: graph.ReLU}), scce, "train: output dense_1: ends in ReLU, of which SparseCategoricalCrossEntropy{} takes the softmax: want a Softmax there, or no activation\n"},
		{ending(graph.Dense{Units: 3, Activation: graph.Sigmoid}, graph.Flatten{}), graph.Focal{}, "train: output flatten_2: ends in sigmoid, of which Focal{} takes the softmax: want a Softmax there, or no activation\n"},
		{ending(graph.Dense{Units: 3, Activation: graph.Softmax}, graph.Softmax), scce, "train: output softmax_1: ends in the softmax of a softmax, which makes all classes nearly alike: want one of them\n"},
		{ending(graph.Dense{Units: 5}), scce, "train: output dense_1: 5 values for the 3 classes of bars: the last stand for none, and learn to say no\n"},
		{ending(graph.Dense{Units: 5}), graph.MeanSquaredError{}, ""},
	} {
		var log strings.Builder
		fit(t, tt.net, bars(12), Config{Loss: tt.loss, Log: &log})
		if log.String() != tt.want {
			t.Errorf("%v, %v: want %q, got %q", tt.net, tt.loss, tt.want, log.String())
		}
		log.Reset()
		fit(t, tt.net, bars(12), Config{Loss: tt.loss, Log: &log, NoPreflight: true})
		if log.Len() > 0 {
			t.Errorf("want silence, got %q", log.String())
		}
	}
}

// TestPreflightCountsNorms in one line, however many there are.
func TestPreflightCountsNorms(t *testing.T) {
	image := network(t, graph.Config{Input: graph.Shape{1, 6, 6}},
		graph.BatchNorm{}, graph.Conv2D{Filters: 2, Kernel: 3}, graph.BatchNorm{}, graph.BatchNorm{}, graph.Flatten{}, graph.Dense{Units: 3})
	vectors := network(t, graph.Config{Input: graph.Shape{1, 6, 6}},
		graph.Flatten{}, graph.BatchNorm{}, graph.Dense{Units: 4}, graph.BatchNorm{}, graph.Dense{Units: 3})
	var log strings.Builder
	fit(t, image, bars(5), Config{Batch: 1, Log: &log})
	fit(t, vectors, bars(5), Config{Batch: 4, Log: &log})
	const want = "train: batches of 1 sample: batch_norm_1 and 2 more BatchNorm normalise each by itself, which is not so in inference\n" +
		"train: the last batch of an epoch, 5 samples in batches of 4, is of 1, of which batch_norm_1 and 1 more BatchNorm let nothing through: another Batch leaves more\n"
	if log.String() != want {
		t.Errorf("want\n%sgot\n%s", want, &log)
	}
	_, err := Fit(t.Context(), vectors, bars(5), Config{Batch: 1, Log: &log})
	wantOneLine(t, err, "train: want batches of at least 2 samples for batch_norm_1 and 1 more BatchNorm, which see one value of each channel in a sample, got 1")
}
