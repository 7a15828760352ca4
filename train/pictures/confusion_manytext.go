package pictures

import (
	"fmt"
	"strings"

	"euryale/internal/markup"
	"euryale/train/internal/caption"
)

// listed is what is printed in the place of a table of many classes.
func (c *Confusion) listed() string {
	t := c.tally()
	pairs := c.MostConfused(pairsShown)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", t.heading(), pairsHeading(len(pairs)))
	for _, p := range pairs {
		fmt.Fprintf(&b, "  %s\n", p.words(t.names))
	}
	return b.String()
}

// listedHTML is listed as a table.
func (c *Confusion) listedHTML() string {
	t := c.tally()
	pairs := c.MostConfused(pairsShown)
	table := markup.NewTable(t.heading()+"; "+pairsHeading(len(pairs)),
		markup.Cell{Text: trueClass}, markup.Cell{Text: "predicted class"}, markup.Cell{Text: "images", Number: true}, markup.Cell{Text: "of", Number: true})
	for _, p := range pairs {
		table.Row(markup.Cell{Text: t.names[p.Class], Head: true}, markup.Cell{Text: t.names[p.Predicted]},
			markup.Cell{Text: caption.Number(p.Count), Number: true}, markup.Cell{Text: caption.Number(p.Images), Number: true})
	}
	return table.String()
}
