package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/internal/near"
)

// addConfig declares --config.
func (f *flags) addConfig(p *pflag.FlagSet) {
	p.StringVar(&f.Config, "config", "", "repeat the run of --json `FILE`; flags win, another --optimizer drops lr, momentum, nesterov, weight-decay")
}

// readConfig sets, as if they had been given, the flags that the file of --config
// holds and that were not given: what --json wrote, or the object of flags in it
// alone. Where a run goes, such as --csv, is no part of how it is trained. What the
// file says of its optimiser's steps is not meant for another.
func (f *flags) readConfig() error {
	if f.Config == "" {
		return nil
	}
	text, err := os.ReadFile(f.Config)
	if err != nil {
		return errors.Wrap(err, "--config")
	}
	settings, err := configured(text, f.given("fit"))
	if err == nil {
		if other := settings["optimizer"]; other != nil && f.set.Changed("optimizer") && string(other) != strconv.Quote(f.Optimizer) {
			for _, key := range []string{"lr", "momentum", "nesterov", "weight_decay"} {
				delete(settings, key)
			}
		}
		err = f.setAll(settings)
	}
	return errors.WithMessagef(err, "--config: %s", f.Config)
}

// configured are the flags in the text of such a file. A dataset that was not
// asked for is the one that was trained on; pictures of one's own are no such dataset.
func configured(text []byte, own bool) (map[string]json.RawMessage, error) {
	var run map[string]json.RawMessage
	err := json.Unmarshal(text, &run)
	var at *json.SyntaxError
	switch {
	case errors.As(err, &at) && len(bytes.TrimSpace(text)) > 0:
		return nil, command.Usagef("want JSON, got at %s: %v", position(text, at.Offset), err)
	case err != nil || run == nil:
		return nil, command.Usagef("want a JSON object, as --json writes it, got what is none")
	case len(run) == 0:
		return nil, command.Usagef("want flags, such as {\"epochs\": 3}, got none")
	}
	inner, ok := run["flags"]
	if !ok {
		return run, checkKeys(run, keysOf(reflect.TypeFor[flags]()))
	}
	if err := checkKeys(run, keysOf(reflect.TypeFor[results]())); err != nil {
		return nil, err
	}
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(inner, &settings); err != nil || settings == nil {
		return nil, command.Usagef("want a JSON object of flags, got %.40s", inner)
	}
	if len(settings) == 0 {
		return nil, command.Usagef(`want flags in "flags", got none`)
	}
	if set := string(settings["dataset"]); !own && (set == "" || set == `""`) && run["dataset"] != nil {
		settings["dataset"] = run["dataset"]
	}
	return settings, checkKeys(settings, keysOf(reflect.TypeFor[flags]()))
}

// position is where in the text, as line:column, a reader had read so many bytes
// when it met what is wrong.
func position(text []byte, read int64) string {
	before := text[:min(max(read-1, 0), int64(len(text)))]
	line := bytes.Count(before, []byte("\n"))
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("%d:%d", line+1, column+1)
}

// keysOf are the names that a struct's fields have in JSON.
func keysOf(t reflect.Type) []string {
	var keys []string
	for field := range t.Fields() {
		switch name, _, _ := strings.Cut(field.Tag.Get("json"), ","); {
		case name == "" && field.Anonymous:
			keys = append(keys, keysOf(field.Type)...)
		case name != "" && name != "-":
			keys = append(keys, name)
		}
	}
	return keys
}

// checkKeys reports the first key that is none of these.
func checkKeys(got map[string]json.RawMessage, keys []string) error {
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if !slices.Contains(keys, key) {
			return command.Usagef("want keys among %s, got %q%s", strings.Join(keys, ", "), key, near.Hint(key, "", keys...))
		}
	}
	return nil
}

// setAll sets flags that were not given. An empty text is the default.
func (f *flags) setAll(settings map[string]json.RawMessage) error {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		name, value := flagOf(key), string(settings[key])
		switch value[0] {
		case '{', '[', 'n':
			return command.Usagef("want a text, a number, true or false for %q, got %.40s", key, value)
		case '"':
			if err := json.Unmarshal(settings[key], &value); err != nil {
				return errors.Wrap(err, key)
			}
		}
		if value == "" || f.set.Changed(name) {
			continue
		}
		if err := command.Set(f.set, name, value); err != nil {
			return err
		}
	}
	return nil
}

// flagOf is the name of the flag that has this key in JSON.
func flagOf(key string) string { return strings.ReplaceAll(key, "_", "-") }
