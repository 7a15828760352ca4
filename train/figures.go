package train

// Figure is a number that tells how training goes, under the name that Keras
// gives it.
type Figure struct {
	Name  string
	Value float64
}

// Figures are what there is to keep of an EpochEnd or a ValidationEnd, as logs do,
// in this order: epoch; step, with Config.ValidateEvery; loss and accuracy, or those
// of several outputs under their names; val_loss and on, where there is a
// validation; rate, that of the step to come; and seconds, those of training in this
// epoch.
func (e Event) Figures() []Figure {
	all := []Figure{{"epoch", float64(e.Epoch)}}
	if e.every > 0 {
		all = append(all, Figure{"step", float64(e.Step)})
	}
	for _, f := range (Epoch{Metrics: e.Metrics, Validation: e.Validation}).figures() {
		all = append(all, Figure{f.name, f.value})
	}
	if e.Optimizer != nil {
		all = append(all, Figure{"rate", e.Optimizer.Rate()})
	}
	return append(all, Figure{"seconds", e.Elapsed.Seconds()})
}
