package wrong

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/spf13/pflag"
)

// Flags asks a command for each of its flags with values that are never right,
// and wants status 2, one line that names the flag and what it wants, and one of
// advice.
func Flags(t *testing.T, flags *pflag.FlagSet, ask func(args ...string) (status int, stderr string)) {
	flags.VisitAll(func(flag *pflag.Flag) {
		for _, value := range flagValues(flag) {
			arg := "--" + flag.Name + "=" + value
			status, stderr := ask(arg)
			want := regexp.MustCompile(fmt.Sprintf(`^[a-z]+: --%s: (want [^\n]*|[^\n]*, got [^\n]*)\nRun '[^\n]*' for usage\.\n$`, flag.Name))
			if status != 2 || !want.MatchString(stderr) {
				t.Errorf("%s: want status 2 and a line that names the flag, and what it wants, got %d and %q", arg, status, stderr)
			}
		}
	})
}

// flagValues are what no flag of the type takes.
func flagValues(flag *pflag.Flag) []string {
	switch flag.Value.Type() {
	case "int":
		return []string{"", "x", "1.5", "-9", "99999999999999999999"}
	case "uint64":
		return []string{"", "x", "1.5", "-9", "99999999999999999999"}
	case "float64":
		return []string{"", "x", "-9", "NaN", "-Inf", "1e999"}
	case "bool":
		return []string{"x", "2"}
	case "string":
		return []string{""}
	}
	return []string{"no such"}
}
