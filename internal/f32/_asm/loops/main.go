// Command loops writes to loops.txt, of each function of the assembly of AVX2 and NEON
// that multiplies and adds, what the innermost loop that does most of it has:
// instructions, loads of a vector or less, and multiply-adds of single numbers, those
// of lanes that hold nothing among them. It is what can be said of the kernels of
// a processor that is not there; how long a loop takes is another matter.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	if err := write("loops.txt", "../*_arm64.s", "../*_amd64.s"); err != nil {
		fmt.Fprintln(os.Stderr, "loops:", err)
		os.Exit(1)
	}
}

func write(to string, patterns ...string) error {
	var w bytes.Buffer
	fmt.Fprintf(&w, "%-24s %12s %6s %13s %15s %8s\n", "", "instructions", "loads", "multiply-adds", "per instruction", "per load")
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			table(&w, string(text))
		}
	}
	return os.WriteFile(to, w.Bytes(), 0o644)
}

// table writes a line for each function of a file.
func table(w *bytes.Buffer, text string) {
	for _, f := range strings.Split(text, "\nTEXT ·")[1:] {
		name, body, _ := strings.Cut(f, "(SB)")
		if l := best(body); l.multiplyAdds > 0 && !strings.HasSuffix(name, "AVX512") && !strings.HasPrefix(name, "fmaPeak") {
			fmt.Fprintf(w, "%-24s %12d %6d %13d %15.1f %8.1f\n", name, l.instructions, l.loads, l.multiplyAdds,
				float64(l.multiplyAdds)/float64(l.instructions), float64(l.multiplyAdds)/float64(max(l.loads, 1)))
		}
	}
}

// loop is what a loop has.
type loop struct{ instructions, loads, multiplyAdds int }

var jump = regexp.MustCompile(`^(?:B|BL?[A-Z]{2}|J[A-Z]+|T?CB?N?Z|TBN?Z) (?:.*, )?(\w+)$`)

// best is the innermost loop with the most multiply-adds.
func best(body string) (most loop) {
	labels, lines := map[string]int{}, []string{}
	for _, line := range strings.Split(body, "\n")[1:] {
		line = strings.Join(strings.Fields(line), " ")
		if strings.HasPrefix(line, "DATA") || strings.HasPrefix(line, "GLOBL") {
			break
		}
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		lines = append(lines, line)
		if label, ok := strings.CutSuffix(line, ":"); ok {
			labels[label] = len(lines)
		}
	}
	from := 0 // where the last loop ended: one that begins before it is not innermost
	for at, line := range lines {
		m := jump.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		begin, known := labels[m[1]]
		if !known || begin > at || begin < from {
			continue
		}
		from = at
		if l := count(lines[begin : at+1]); l.multiplyAdds > most.multiplyAdds {
			most = l
		}
	}
	return most
}

// count counts; a load of two vectors counts twice.
func count(lines []string) (l loop) {
	for _, line := range lines {
		if strings.HasSuffix(line, ":") {
			continue
		}
		l.instructions++
		code, said, _ := strings.Cut(line, " // ")
		name, operands, _ := strings.Cut(code, " ")
		last := operands[strings.LastIndex(operands, ",")+1:]
		read := strings.Contains(strings.TrimSuffix(operands, last), "(")
		switch {
		case strings.HasPrefix(said, "LDR"):
			l.loads++
		case strings.HasPrefix(name, "FLDP"):
			l.loads += 2
		case strings.HasPrefix(name, "LEA"), strings.HasPrefix(name, "PREFETCH"), strings.HasPrefix(name, "FSTP"), strings.HasPrefix(name, "VST"):
		case read:
			l.loads++
		}
		switch {
		case strings.HasPrefix(said, "FMLA"), strings.HasPrefix(said, "FMLS"):
			l.multiplyAdds += 4
		case (name == "VFMLA" || name == "VFMLS") && strings.Contains(operands, ".D2"):
			l.multiplyAdds += 2
		case name == "VFMLA" || name == "VFMLS":
			l.multiplyAdds += 4
		case strings.HasPrefix(name, "VFM") || strings.HasPrefix(name, "VFNM"):
			switch wide := strings.Contains(last, "Y"); {
			case wide && strings.HasSuffix(name, "PD"):
				l.multiplyAdds += 4
			case wide:
				l.multiplyAdds += 8
			}
		}
	}
	return l
}
