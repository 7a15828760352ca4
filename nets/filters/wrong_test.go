package filters

import (
	"context"
	"image"
	"math"
	"testing"

	"euryale/internal/wrong"
)

func TestFieldsAskedWrongly(t *testing.T) {
	m := forms[0].make(8, 10)
	apply := func(f any) error {
		_, err := f.(Filter).Apply(t.Context(), m, Wrap)
		return err
	}
	wrong.Fields{
		Subjects: []wrong.Subject{
			{Of: Filter{Matrix: Matrix{{1}}}, Ask: apply, As: map[string][]string{"Factor": {"factor"}, "Bias": {"bias"}, "Median": {"median"}}},
			{Of: Chain{Filters: []Filter{own[1]}}, Ask: func(c any) error {
				_, err := c.(Chain).Apply(t.Context(), m)
				return err
			}, As: map[string][]string{"Edges": {"edge"}}},
			{Of: Pool{}, Ask: func(p any) error {
				_, err := p.(Pool).Apply(t.Context(), m)
				return err
			}, As: map[string][]string{"Size": {"size"}}},
		},
		Right:   []string{"Filter.Factor: -1", "Filter.Bias: -1"},
		Answers: []string{"Arithmetic", "Cell", "Maps", "Sheet"},
	}.Run(t, ".")
}

func TestAskedWrongly(t *testing.T) {
	m := forms[0].make(8, 10)
	ctx := t.Context()
	errorOf := func(_ any, err error) error { return err }
	filter := func(matrix Matrix) error { return errorOf(Filter{Name: "a", Matrix: matrix}.Apply(ctx, m, Wrap)) }
	var noContext context.Context
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errorOf(own[1].Apply(ctx, nil, Wrap)), "want a picture, got nil"},
		{errorOf(own[1].Apply(noContext, m, Wrap)), "want a context, such as context.Background(), got nil"},
		{errorOf(own[1].Apply(ctx, m, 3)), "edge: want Wrap, Clamp or Valid, got Edge(3)"},
		{errorOf(own[1].Explain(m, 1, 1, 3)), "edge: want Wrap, Clamp or Valid, got Edge(3)"},
		{errorOf(own[1].Explain(nil, 1, 1, 0)), "want a picture, got nil"},
		{errorOf(own[1].Explain(m, 10, 8, 0)), "want a pixel from 0,0 to 9,7, got 10,8"},
		{errorOf(Pool{}.Apply(ctx, nil)), "want a picture, got nil"},
		{errorOf(Chain{}.Apply(ctx, m)), "chain: want a filter, got none"},
		{errorOf(Chain{Filters: []Filter{own[1]}, Edges: 3}.Apply(ctx, m)), "edge: want Wrap, Clamp or Valid, got Edge(3)"},
		{errorOf(Chain{Filters: []Filter{own[1]}, Pool: Pool{Size: -1}}.Sizes(image.Pt(9, 9))), "pool: want a size from 1 to 256, got -1"},
		{errorOf(Chain{Filters: []Filter{{Name: "m", Median: 3}}}.Sizes(image.Pt(9, 9))), "chain: want convolutions, got the median m"},
		{filter(nil), "filter a: want rows of numbers such as '0 1 0; 1 -4 1; 0 1 0', got none"},
		{filter(Matrix{{1, math.NaN(), 1}}), "filter a: row 1: want numbers between -1e6 and 1e6, got NaN"},
		{filter(Matrix{{1}, {math.Inf(1)}, {1}}), "filter a: row 2: want numbers between -1e6 and 1e6, got +Inf"},
		{filter(Matrix{{1}, {2, 3}}), "filter a: row 2: want 1 numbers as in row 1, got 2"},
	} {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("want error %q, got %v", tt.want, tt.err)
		}
	}
}
