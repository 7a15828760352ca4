package tensorboard

import (
	"testing"

	"euryale/internal/wrong"
)

func TestFieldsAskedWrongly(t *testing.T) {
	wrong.Fields{
		Subjects: []wrong.Subject{{
			Of: Config{},
			Ask: func(c any) error {
				w, err := New(t.TempDir(), c.(Config))
				if err == nil {
					err = w.Close()
				}
				return err
			},
		}},
		Right:   []string{"Config.Every: 9223372036854775807"}, // never
		Answers: []string{"Picture"},                           // see TestAskedWrongly
	}.Run(t, ".")
}
