package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/loaders"
	"euryale/train"
	"euryale/train/pictures"
)

// suspect is a training image whose label the network contradicts.
type suspect struct {
	Index      int     `json:"index"` // in the training images
	File       string  `json:"file,omitempty"`
	Label      string  `json:"label"`
	Predicted  string  `json:"predicted"`
	Confidence float64 `json:"confidence"`
}

// addSuspects declares --suspects.
func (f *flags) addSuspects(p *pflag.FlagSet) {
	p.IntVar(&f.Suspects, "suspects", 0, "list the `N` likeliest wrong labels in training")
}

// findSuspects looks for them once the network is tested, and prints them.
func (r *report) findSuspects(ctx context.Context) error {
	if r.Suspects == 0 || r.test == nil {
		return nil
	}
	d := r.data.train
	outputs, err := train.Predict(ctx, r.net, r.data.shown(d), train.PredictConfig{Batch: r.Batch})
	if err == nil {
		r.suspects, err = pictures.WorstMistakes(d.Labels, outputs, r.Suspects)
	}
	if err != nil {
		return errors.WithMessage(err, "--suspects")
	}
	if r.Quiet {
		return nil
	}
	_, err = fmt.Fprint(r.out, suspectTable(r.suspected()))
	return err
}

// suspected are they, in words.
func (r *report) suspected() []suspect {
	d := r.data.train
	var all []suspect
	for _, m := range r.suspects {
		all = append(all, suspect{m.Index, d.File(m.Index), d.Classes[m.Label], nameOfClass(d, m.Predicted), m.Confidence})
	}
	return all
}

// nameOfClass is a class's, or its number where the network tells more than there are.
func nameOfClass(d *loaders.Dataset, class int) string {
	if class < len(d.Classes) {
		return d.Classes[class]
	}
	return strconv.Itoa(class)
}

// suspectTable is a line for each.
func suspectTable(all []suspect) string {
	if len(all) == 0 {
		return "No suspicious labels: the network contradicts no training image.\n"
	}
	rows := [][]string{{"image", "label", "predicted", "sure", "file"}}
	for _, s := range all {
		rows = append(rows, []string{strconv.Itoa(s.Index), s.Label, s.Predicted, fmt.Sprintf("%.1f %%", 100*s.Confidence), s.File})
	}
	return "Suspicious labels: training images that the network contradicts, the surest first\n" + columns(rows, 0, 3)
}

// columns are rows of a table, aligned left but for those columns that are numbers.
func columns(rows [][]string, numbers ...int) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(quotable(text)))
		}
	}
	right := map[int]bool{}
	for _, i := range numbers {
		right[i] = true
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, text := range row {
			text = quotable(text)
			blank := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
			if right[i] {
				line += "  " + blank + text
			} else {
				line += "  " + text + blank
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
