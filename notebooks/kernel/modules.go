package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// fetch gets what the kernel is made of into the module cache, but for what is
// replaced, and says where it is from.
func fetch(ctx context.Context, module string, replace []string) (string, error) {
	var from []string
	for _, m := range []string{gophernotes, gomacro} {
		if dir := replaced(replace, m); dir != "" {
			from = append(from, dir)
			continue
		}
		out, err := run(ctx, module, "go", "mod", "download", "-json", m)
		var info struct{ Version, Error string }
		if e := json.Unmarshal(out, &info); e == nil && info.Error != "" {
			err = errors.New(info.Error)
		}
		if err != nil {
			return "", lacking(ctx, module, m, err)
		}
		from = append(from, m+"@"+info.Version)
	}
	return strings.Join(from, ", "), nil
}

// replaced is the folder that stands in for a module; "" if none does.
func replaced(replace []string, module string) string {
	for _, r := range replace {
		if name, dir, _ := strings.Cut(r, "="); name == module {
			return dir
		}
	}
	return ""
}

// lacking is the error of a module that cannot be had, and what to do.
func lacking(ctx context.Context, dir, module string, err error) error {
	proxy := ""
	if out, e := run(ctx, dir, "go", "env", "GOPROXY"); e == nil {
		proxy = strings.TrimSpace(string(out))
	}
	return fmt.Errorf(`%w
     Go looked where GOPROXY says: %s. Either let it look elsewhere,
       go env -w GOPROXY=https://proxy.golang.org,direct
     or give a folder with that version of it,
       go run . install --replace %s=DIR`, err, proxy, module)
}
