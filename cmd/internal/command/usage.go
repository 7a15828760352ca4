package command

import (
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/internal/near"
)

// usageError is a mistake on the command line.
type usageError struct{ error }

// Usagef is a mistake on the command line.
func Usagef(format string, args ...any) error { return usageError{errors.Errorf(format, args...)} }

// Unknown is the mistake of naming a command that is none of cmd's.
func Unknown(cmd *cobra.Command, name string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return Usagef("unknown command %q%s", name, near.Hint(name, "", names...))
}

// NotEmpty reports a text that is given and empty, as "$UNSET" is: what was
// wished for is not known, but not that nothing was.
func NotEmpty(p *pflag.FlagSet) (err error) {
	p.Visit(func(flag *pflag.Flag) {
		if err == nil && flag.Value.Type() == "string" && flag.Value.String() == "" {
			what, _ := pflag.UnquoteUsage(flag)
			err = Usagef("--%s: want %s, got an empty string", flag.Name, what)
		}
	})
	return err
}

// flagError says what a flag takes, where the flag library says how reading it
// failed, and which flag of cmd may have been meant.
func flagError(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &invalid):
		return invalidValue(invalid)
	case errors.As(err, &unknown):
		return Usagef("%v%s", err, flagHint(cmd, unknown))
	}
	return usageError{err}
}

// Set sets a flag as the command line does.
func Set(p *pflag.FlagSet, name, value string) error {
	err := p.Set(name, value)
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return invalidValue(invalid)
	}
	return errors.WithStack(err)
}

func invalidValue(err *pflag.InvalidValueError) error {
	flag := err.GetFlag()
	want := map[string]string{
		"int": "a whole number", "uint64": "a whole number of at least 0", "float64": "a number", "bool": "true or false",
	}[flag.Value.Type()]
	if want == "" {
		return Usagef("--%s: %v", flag.Name, err.Unwrap())
	}
	return Usagef("--%s: want %s, got %q", flag.Name, want, err.GetValue())
}

// flagHint is a Hint of the flag of cmd that was meant. A name after one dash,
// as the Go command has it, is read as one letter after the other.
func flagHint(cmd *cobra.Command, err *pflag.NotExistError) string {
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			names = append(names, flag.Name)
		}
	})
	word := err.GetSpecifiedName()
	if letters := err.GetSpecifiedShortnames(); letters != "" {
		word, _, _ = strings.Cut(letters, "=")
	}
	return near.Hint(word, "--", names...)
}
