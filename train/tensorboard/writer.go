package tensorboard

import (
	"bufio"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/train"
)

// Writer writes one event file. It is a [train.Callback] that writes the graph of
// the first network that it sees trained, and at the end of each epoch of
// training, under these tags,
//
//	epoch, loss, accuracy, val_loss, …, rate, seconds    scalars: train.Event.Figures
//	steps/val_loss, …                                    by step, with train.Config.ValidateEvery
//	weights/conv2d_1/kernel, …                           histograms of all of the network's values
//	gradients/conv2d_1/kernel, …                         those of the epoch's last step
//
// and pictures under their own. A failure to write ends training. Scalar,
// Histogram and Image write more.
type Writer struct {
	config Config
	file   *os.File // nil once closed
	buffer *bufio.Writer
	drawn  bool // the graph is written
}

var _ train.Callback = (*Writer)(nil)

// New makes the folder, and a new file in it: events.out.tfevents., the seconds
// since 1970, the host's name, and a number that no other file there has. Call
// Close at the end.
func New(dir string, c Config) (*Writer, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if dir == "" {
		return nil, errors.New(`tensorboard: want a folder, got ""`)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, errors.Wrap(err, "tensorboard")
	}
	f, err := create(dir, c.Now().Unix())
	if err != nil {
		return nil, errors.Wrap(err, "tensorboard")
	}
	w := &Writer{config: c, file: f, buffer: bufio.NewWriter(f)}
	if err = w.record(version(c.Now())); err == nil {
		err = w.flush()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return w, nil
}

// create makes a file that is not there yet.
func create(dir string, seconds int64) (*os.File, error) {
	host, err := os.Hostname()
	if err != nil || host != filepath.Base(host) {
		host = "localhost"
	}
	for i := 0; ; i++ {
		name := fmt.Sprintf("events.out.tfevents.%010d.%s.%d", seconds, host, i)
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !os.IsExist(err) {
			return f, err
		}
	}
}

// On writes what an epoch of training has come to.
func (w *Writer) On(e train.Event) error {
	if e.Phase != train.Training {
		return nil
	}
	if err := w.open(); err != nil {
		return err
	}
	if !w.drawn {
		w.drawn = true
		if err := w.record(nodes(w.config.Now(), e.Network)); err != nil {
			return err
		}
	}
	draws := e.Epoch%w.config.Every == 0
	switch {
	case e.Kind == train.BatchEnd && e.Samples == e.Total && e.Gradients != nil && draws && !w.config.NoHistograms:
		return w.gradients(e)
	case e.Kind == train.ValidationEnd:
		if err := w.validation(e); err != nil {
			return err
		}
		return w.flush()
	case e.Kind != train.EpochEnd:
		return nil
	}
	if err := w.scalars(e); err != nil {
		return err
	}
	if draws {
		if err := w.weights(e); err != nil {
			return err
		}
		if err := w.pictures(e); err != nil {
			return err
		}
	}
	return w.flush()
}

func (w *Writer) scalars(e train.Event) error {
	stepwise := false
	for _, f := range e.Figures() {
		if f.Name == "step" {
			stepwise = true
			continue
		}
		if err := w.Scalar(f.Name, e.Epoch, f.Value); err != nil {
			return err
		}
	}
	if !stepwise {
		return nil
	}
	return w.validation(e)
}

// validation writes what a validation came to, by step.
func (w *Writer) validation(e train.Event) error {
	for _, f := range e.Figures() {
		if !strings.HasPrefix(f.Name, "val_") {
			continue
		}
		if err := w.Scalar("steps/"+f.Name, e.Step, f.Value); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) gradients(e train.Event) error {
	for i, p := range e.Network.Params(graph.Trained) {
		if err := w.Histogram("gradients/"+p.Name, e.Epoch, float64s(e.Gradients[i])); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) weights(e train.Event) error {
	if w.config.NoHistograms {
		return nil
	}
	for _, p := range e.Network.Params() {
		if err := w.Histogram("weights/"+p.Name, e.Epoch, float64s(p.Value)); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) pictures(e train.Event) error {
	for _, p := range w.config.Pictures {
		img, err := p.Draw(e.Network)
		if err != nil {
			return errors.WithMessagef(err, "tensorboard: picture %s", p.Tag)
		}
		if err := w.Image(p.Tag, e.Epoch, img); err != nil {
			return err
		}
	}
	return nil
}

// Scalar writes a point of a curve. It is kept as a float32.
func (w *Writer) Scalar(tag string, step int, v float64) error {
	if err := w.check(tag, step); err != nil {
		return err
	}
	return w.summary(step, value(tag).float(valueSimple, float32(v)))
}

// Histogram writes how values are spread. Those that are not finite are left out;
// where none is left nothing is written.
func (w *Writer) Histogram(tag string, step int, values []float64) error {
	if err := w.check(tag, step); err != nil {
		return err
	}
	h := newHistogram(values)
	if h.num == 0 {
		return nil
	}
	return w.summary(step, value(tag).bytes(valueHisto, histo(h)))
}

// Image writes a picture, as a PNG.
func (w *Writer) Image(tag string, step int, img image.Image) error {
	if err := w.check(tag, step); err != nil {
		return err
	}
	if img == nil {
		return errors.Errorf("tensorboard: picture %s: want an image, got nil", tag)
	}
	m, err := picture(img)
	if err != nil {
		return errors.Wrapf(err, "tensorboard: picture %s", tag)
	}
	return w.summary(step, value(tag).bytes(valueImage, m))
}

// check reports a name and a step that a summary cannot have.
func (w *Writer) check(tag string, step int) error {
	if err := w.open(); err != nil {
		return err
	}
	switch {
	case tag == "":
		return errors.New(`tensorboard: want a tag, got ""`)
	case step < 0:
		return errors.Errorf("tensorboard: %s: want a step of 0 or more, got %d", tag, step)
	}
	return nil
}

// summary writes an Event of a Summary of one value.
func (w *Writer) summary(step int, value message) error {
	return w.record(event(w.config.Now(), step).bytes(eventSummary, message{}.bytes(summaryValue, value)))
}

// open reports a Writer that cannot write.
func (w *Writer) open() error {
	switch {
	case w != nil && w.buffer == nil:
		return errors.New("tensorboard: want a Writer that New made, got an empty one")
	case w == nil || w.file == nil:
		return errors.New("tensorboard: want a Writer that is open, got a closed one")
	}
	return nil
}

func (w *Writer) record(m message) error {
	if err := w.open(); err != nil {
		return err
	}
	return errors.Wrap(writeRecord(w.buffer, m), "tensorboard")
}

func (w *Writer) flush() error { return errors.Wrap(w.buffer.Flush(), "tensorboard") }

// Close writes what is left and closes the file. The second time it does nothing.
func (w *Writer) Close() error {
	if w == nil || w.file == nil {
		return nil
	}
	err := w.flush()
	if e := w.file.Close(); err == nil {
		err = errors.Wrap(e, "tensorboard")
	}
	w.file = nil
	return err
}

// float64s are a tensor's values.
func float64s(t *tensor.Dense) []float64 {
	switch d := t.Data().(type) {
	case []float64:
		return d
	case []float32:
		all := make([]float64, len(d))
		for i, v := range d {
			all[i] = float64(v)
		}
		return all
	}
	return nil
}
