package page

import (
	"fmt"

	"euryale/train"
	"euryale/train/internal/caption"
)

// figure is a number that the whole test set has.
type figure struct{ Name, Value string }

func newFigures(s *train.Scores) []figure {
	figures := []figure{{"Balanced accuracy", caption.Percent(s.BalancedAccuracy, 2)}, {"Macro F1", caption.Percent(s.Macro.F1, 2)}}
	if len(s.TopK) > 2 {
		figures = append(figures, figure{"Top-2 accuracy", caption.Percent(s.TopK[1], 2)})
	}
	if s.ROCAUC != nil {
		figures = append(figures, figure{"ROC AUC", fmt.Sprintf("%.4f", *s.ROCAUC)})
	}
	return figures
}

// newMeans are rows below those of the classes.
func newMeans(s *train.Scores) []score {
	return []score{newMean("Mean", s.Macro), newMean("Mean by images", s.Weighted)}
}

func newMean(name string, m train.MeanScore) score {
	return score{name, caption.Percent(m.Precision, 2), caption.Percent(m.Recall, 2), caption.Percent(m.F1, 2)}
}
