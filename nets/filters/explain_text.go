package filters

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// textWidth is how wide lines of text are at most.
const textWidth = 80

// String is the arithmetic as it is done on paper.
func (a Arithmetic) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", a.Channel)
	if a.Sorted != nil {
		a.printMedian(&b)
	} else {
		a.printSum(&b)
	}
	return b.String()
}

func (a Arithmetic) printSum(b *strings.Builder) {
	if a.Alpha == nil {
		printBlocks(b, block("neighbourhood", a.Pixels), block("filter", a.Weights), block("products", a.Products))
	} else {
		printBlocks(b, block("neighbourhood", a.Pixels), block("alpha", a.Alpha))
		printWrapped(b, "  mean    ", a.standIn())
		printBlocks(b, block("as it counts", a.Seen), block("filter", a.Weights), block("products", a.Products))
	}
	value, scaled := number(a.Value), number(a.Sum*a.Factor)
	printWrapped(b, "  sum     ", terms(a.Products, a.Weights)+" = "+number(a.Sum))
	fmt.Fprintf(b, "  factor  %s · %s = %s\n", number(a.Sum), fraction(a.Factor), scaled)
	fmt.Fprintf(b, "  bias    %s = %s\n", signed(scaled, a.Bias), value)
	fmt.Fprintf(b, "  clamp   %s to 0…255 = %s\n", value, number(a.Result))
}

// standIn tells what Mean is.
func (a Arithmetic) standIn() string {
	for i, row := range a.Alpha {
		for j, alpha := range row {
			if alpha > 0 && a.Weights[i][j] != 0 {
				return "what is not seen of a pixel counts as " + number(a.Mean) + ", the mean of what is, weighed by alpha and filter"
			}
		}
	}
	return "nothing under the filter is seen: the pixel itself, " + number(a.Mean) + ", stands in for all"
}

func (a Arithmetic) printMedian(b *strings.Builder) {
	if a.Counts != nil {
		a.printMedianOfSeen(b)
		return
	}
	printBlocks(b, block("neighbourhood", a.Pixels))
	middle := len(a.Sorted) / 2
	var words []string
	for i, v := range a.Sorted {
		words = append(words, bracketed(number(v), i == middle))
	}
	printWrapped(b, "  sorted  ", strings.Join(words, " "))
	fmt.Fprintf(b, "  median  number %d of %d = %s (no convolution: nothing is weighed)\n", middle+1, len(a.Sorted), number(a.Result))
}

// printMedianOfSeen prints a median of pixels that count as much as they are
// seen: 12·0.5 is half of a 12.
func (a Arithmetic) printMedianOfSeen(b *strings.Builder) {
	printBlocks(b, block("neighbourhood", a.Pixels), block("alpha", a.Alpha))
	total, middle := 0., -1
	var words []string
	for i, v := range a.Sorted {
		total += a.Counts[i]
		if a.Counts[i] == 0 {
			continue
		}
		word := number(v)
		if a.Counts[i] < 1 {
			word += "·" + number(a.Counts[i])
		}
		if middle < 0 && v == a.Value {
			middle = i
		}
		words = append(words, bracketed(word, i == middle))
	}
	if total == 0 {
		fmt.Fprintf(b, "  median  nothing is seen here: the pixel itself, %s\n", number(a.Result))
		return
	}
	printWrapped(b, "  sorted  ", strings.Join(words, " "))
	fmt.Fprintf(b, "  median  %s, with which more than half of what is seen, %s, is passed\n", number(a.Result), number(total))
}

// bracketed is a word in brackets, if it is to be.
func bracketed(word string, really bool) string {
	if really {
		return "[" + word + "]"
	}
	return word
}

// block is a heading and a matrix below it, all lines of one width.
func block(heading string, m Matrix) []string {
	width := 0
	for _, row := range m {
		for _, v := range row {
			width = max(width, len(number(v)))
		}
	}
	lines := []string{heading}
	for _, row := range m {
		var words []string
		for _, v := range row {
			words = append(words, fmt.Sprintf("%*s", width, number(v)))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	widest := 0
	for _, line := range lines {
		widest = max(widest, len(line))
	}
	for i, line := range lines {
		lines[i] = fmt.Sprintf("%-*s", widest, line)
	}
	return lines
}

// printBlocks prints blocks beside one another, or below where they are too
// wide.
func printBlocks(b *strings.Builder, blocks ...[]string) {
	const indent, gap = "  ", "    "
	width := len(indent) - len(gap)
	for _, lines := range blocks {
		width += len(gap) + len(lines[0])
	}
	if width > textWidth {
		for _, lines := range blocks {
			printBlocks(b, lines)
		}
		return
	}
	for i := range blocks[0] {
		var words []string
		for _, lines := range blocks {
			words = append(words, lines[i])
		}
		fmt.Fprintln(b, strings.TrimRight(indent+strings.Join(words, gap), " "))
	}
}

// terms is the products written as a sum, but for those whose weight is 0.
func terms(products, weights Matrix) string {
	var b strings.Builder
	for i, row := range products {
		for j, v := range row {
			switch {
			case weights[i][j] == 0:
			case b.Len() == 0:
				b.WriteString(number(v))
			default:
				b.WriteString(signed("", v))
			}
		}
	}
	if b.Len() == 0 {
		return "0"
	}
	return b.String()
}

// signed is a plus or minus v.
func signed(a string, v float64) string {
	if v < 0 {
		return a + " - " + number(-v)
	}
	return a + " + " + number(v)
}

// fraction is a factor as 1/n, where it is that.
func fraction(v float64) string {
	for n := 2; n <= 1024; n++ {
		if v == 1/float64(n) {
			return fmt.Sprintf("1/%d", n)
		}
	}
	return number(v)
}

// printWrapped prints words after a label, and goes on below the first word
// where the line is full.
func printWrapped(b *strings.Builder, label, text string) {
	line := label
	for i, word := range strings.Fields(text) {
		if i > 0 && utf8.RuneCountInString(line+" "+word) > textWidth {
			fmt.Fprintln(b, line)
			line = strings.Repeat(" ", utf8.RuneCountInString(label))
			i = 0
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	fmt.Fprintln(b, line)
}
