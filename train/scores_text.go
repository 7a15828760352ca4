package train

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"euryale/internal/markup"
	"euryale/train/internal/caption"
)

// String is the report, as scikit-learn's classification_report writes it with
// four digits, and Summary below it.
func (s *Scores) String() string {
	width := len("weighted avg")
	for _, c := range s.Classes {
		width = max(width, utf8.RuneCountInString(c.Class))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support")
	for _, c := range s.Classes {
		fmt.Fprintf(&b, "%*s  %9.4f %9.4f %9.4f %9d\n", width, c.Class, c.Precision, c.Recall, c.F1, c.Support)
	}
	fmt.Fprintf(&b, "\n%*s  %9s %9s %9.4f %9d\n", width, "accuracy", "", "", s.Accuracy, s.Samples)
	for _, m := range s.means() {
		fmt.Fprintf(&b, "%*s  %9.4f %9.4f %9.4f %9d\n", width, m.name, m.Precision, m.Recall, m.F1, s.Samples)
	}
	return b.String() + "\n" + s.Summary() + "\n"
}

// namedMean is a mean under its name.
type namedMean struct {
	name string
	MeanScore
}

func (s *Scores) means() []namedMean {
	return []namedMean{{"macro avg", s.Macro}, {"weighted avg", s.Weighted}}
}

// Summary is one line of what stands beside the accuracy: of three classes or
// more the top-2 accuracy, of two the area under the ROC.
func (s *Scores) Summary() string {
	line := fmt.Sprintf("balanced accuracy: %.4f - macro F1: %.4f", s.BalancedAccuracy, s.Macro.F1)
	if len(s.TopK) > 2 {
		line += fmt.Sprintf(" - top-2 accuracy: %.4f", s.TopK[1])
	}
	if s.ROCAUC != nil {
		line += fmt.Sprintf(" - ROC AUC: %.4f", *s.ROCAUC)
	}
	return line
}

// HTML is the report as a table, as a notebook shows it.
func (s *Scores) HTML() string {
	number := func(text string) markup.Cell { return markup.Cell{Text: text, Number: true} }
	table := markup.NewTable(fmt.Sprintf("accuracy: %.4f - %s", s.Accuracy, s.Summary()),
		markup.Cell{Text: "class"}, number("precision"), number("recall"), number("F1"), number("support"))
	row := func(name string, precision, recall, f1 float64, support int) {
		table.Row(markup.Cell{Text: name, Head: true}, number(fmt.Sprintf("%.4f", precision)), number(fmt.Sprintf("%.4f", recall)),
			number(fmt.Sprintf("%.4f", f1)), number(caption.Number(support)))
	}
	for _, c := range s.Classes {
		row(c.Class, c.Precision, c.Recall, c.F1, c.Support)
	}
	table.Foot()
	for _, m := range s.means() {
		row(m.name, m.Precision, m.Recall, m.F1, s.Samples)
	}
	return table.String()
}
