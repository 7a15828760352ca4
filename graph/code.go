package graph

import (
	"fmt"
	"go/token"
	"reflect"
	"regexp"
	"strings"

	"euryale/internal/decimal"
	"euryale/internal/ir"
)

// String is the network as the Go code that makes it again, with the shape of
// what each part makes: a list of layers where it is one, else a line for each
// value that has several readers or comes of several. A function, or a network
// that a layer refers to, stands there by its name.
func (n *Network) String() string {
	if n == nil || len(n.outputs) == 0 {
		return "network of nothing"
	}
	top := n.top()
	if n.isList(top) {
		return n.listing(top)
	}
	return n.declarations(top)
}

// top is the layers that are no part of another, in order.
func (n *Network) top() []*ir.Call {
	var top []*ir.Call
	for _, c := range n.calls {
		if c.Parent == nil {
			top = append(top, c)
		}
	}
	return top
}

// isList reports whether New makes the network: each layer reads the one before
// it alone.
func (n *Network) isList(top []*ir.Call) bool {
	if len(n.inputs) != 1 || len(n.outputs) != 1 || n.nameOf(n.inputs[0]) != "input" {
		return false
	}
	last := n.inputs[0]
	for _, c := range top {
		if c.Joins || len(c.In) != 1 || c.In[0] != last {
			return false
		}
		last = c.Out
	}
	return last == n.outputs[0]
}

// code is a layer, or anything else, as a program outside of this package
// writes it.
func code(x any) string { return literal{qualified: true}.value(reflect.ValueOf(x), false) }

// configCode is the network's configuration, without what is the default.
func (n *Network) configCode(list bool) string {
	c := n.config
	var fields []string
	add := func(name string, zero bool, text string) {
		if !zero {
			fields = append(fields, name+": "+text)
		}
	}
	add("Name", c.Name == "", fmt.Sprintf("%q", c.Name))
	add("Input", !list, code(n.inputs[0].Shape))
	add("Seed", c.Seed == 0, fmt.Sprint(c.Seed))
	add("Dtype", c.Dtype == Float32, "graph.Float64")
	add("Engine", c.Engine == DefaultEngine, "graph."+map[Engine]string{Gorgonia: "Gorgonia", Fused: "Fused"}[c.Engine])
	return "graph.Config{" + strings.Join(fields, ", ") + "}"
}

// comment is what stands behind the code of a layer.
func (n *Network) comment(c *ir.Call, params int) string {
	text := "// " + printShape("N", c.Out.Shape)
	if params > 0 {
		text += ", " + decimal.Group(int64(params)) + " parameters"
	}
	return text
}

func (n *Network) listing(top []*ir.Call) string {
	count := n.counts()
	var b strings.Builder
	fmt.Fprintf(&b, "net, err := graph.New(%s,\n", n.configCode(true))
	for _, c := range top {
		fmt.Fprintf(&b, "\t%s, %s\n", code(c.Layer), n.comment(c, count[c]))
	}
	b.WriteString(")\n")
	return b.String()
}

// declarations writes the network as Inputs, Thens, Joins and a Compose.
func (n *Network) declarations(top []*ir.Call) string {
	count := n.counts()
	names := n.variables(top)
	var b strings.Builder
	for _, v := range n.inputs {
		args := fmt.Sprintf("%q", n.nameOf(v))
		for _, d := range v.Shape {
			args += fmt.Sprintf(", %d", d)
		}
		fmt.Fprintf(&b, "%s := graph.Input(%s)\n", names[v], args)
	}
	for i := 0; i < len(top); i++ {
		c := top[i]
		params := count[c]
		var line string
		if c.Joins {
			args := []string{code(c.Layer)}
			for _, x := range c.In {
				args = append(args, names[x])
			}
			line = "graph.Join(" + strings.Join(args, ", ") + ")"
		} else {
			layers := []string{code(c.Layer)}
			line = names[c.In[0]] + ".Then("
			for names[c.Out] == "" { // then the next layer alone reads it
				i++
				c = top[i]
				params += count[c]
				layers = append(layers, code(c.Layer))
			}
			line += inLines(layers) + ")"
		}
		fmt.Fprintf(&b, "%s := %s %s\n", names[c.Out], line, n.comment(c, params))
	}
	args := []string{n.configCode(false)}
	for _, v := range n.outputs {
		args = append(args, names[v])
	}
	fmt.Fprintf(&b, "net, err := graph.Compose(%s)\n", strings.Join(args, ", "))
	return b.String()
}

// inLines are layers as arguments: one a line where they are long together.
func inLines(layers []string) string {
	const most = 120
	if one := strings.Join(layers, ", "); len(one) <= most || len(layers) == 1 {
		return one
	}
	return "\n\t" + strings.Join(layers, ",\n\t") + ",\n"
}

// variables names the values that need a name: inputs, outputs, and what the
// next layer does not read, or not alone.
func (n *Network) variables(top []*ir.Call) map[*ir.Value]string {
	uses := map[*ir.Value]int{}
	for _, c := range top {
		for _, x := range c.In {
			uses[x]++
		}
	}
	for _, v := range n.outputs {
		uses[v] += 2
	}
	names, taken := map[*ir.Value]string{}, wordsOf(top)
	for _, v := range n.inputs {
		names[v] = identifier(n.nameOf(v), taken)
	}
	for i, c := range top {
		alone := uses[c.Out] == 1 && i+1 < len(top) && len(top[i+1].In) == 1 && top[i+1].In[0] == c.Out
		if alone {
			alone = !c.Joins && !top[i+1].Joins
		}
		if !alone && names[c.Out] == "" {
			names[c.Out] = identifier("", taken)
		}
	}
	return names
}

var (
	quoted = regexp.MustCompile(`"(\\.|[^"\\])*"`)
	word   = regexp.MustCompile(`\w+`)
)

// wordsOf are what no variable may be called: the packages, functions and
// networks that layers refer to, and the variables that are always there.
func wordsOf(top []*ir.Call) map[string]bool {
	words := map[string]bool{"net": true, "err": true, "graph": true}
	for _, c := range top {
		for _, w := range word.FindAllString(quoted.ReplaceAllString(code(c.Layer), ""), -1) {
			words[w] = true
		}
	}
	return words
}

// identifier makes a variable's name of a wish, and one that is free.
func identifier(wish string, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, wish)
	if token.IsIdentifier(name) && !taken[name] { // and no keyword
		taken[name] = true
		return name
	}
	for i := 0; ; i++ {
		name := string(rune('a' + i%26))
		if i >= 26 {
			name += fmt.Sprint(i / 26)
		}
		if !taken[name] {
			taken[name] = true
			return name
		}
	}
}

// counts are the values in the parameters of each top layer, those inside it
// included, each parameter once.
func (n *Network) counts() map[*ir.Call]int {
	counts := map[*ir.Call]int{}
	for _, v := range n.values {
		if _, ok := v.Op.(ir.Param); ok {
			c := v.Call
			for c.Parent != nil {
				c = c.Parent
			}
			counts[c] += v.Shape.TotalSize()
		}
	}
	return counts
}
