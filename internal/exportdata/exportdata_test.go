package exportdata_test

import (
	"go/types"
	"strings"
	"testing"

	"euryale/internal/exportdata"
)

func TestLoad(t *testing.T) {
	imp, err := exportdata.Load("", "euryale/graph", "fmt")
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := imp.Import("euryale/graph")
	if err != nil {
		t.Fatal(err)
	}
	named, ok := pkg.Scope().Lookup("Conv2D").(*types.TypeName)
	if !ok {
		t.Fatalf("graph.Conv2D is %v, want a type", pkg.Scope().Lookup("Conv2D"))
	}
	fields, ok := named.Type().Underlying().(*types.Struct)
	if !ok || fields.Field(0).Name() != "Filters" {
		t.Errorf("graph.Conv2D is %v, want a struct that begins with Filters", named.Type().Underlying())
	}

	// What a listed package imports is there too, and is one package whoever asks.
	g, err := imp.Import("gorgonia.org/gorgonia")
	if err != nil {
		t.Fatal(err)
	}
	for _, seen := range pkg.Imports() {
		if seen.Path() == g.Path() && seen != g {
			t.Error("gorgonia.org/gorgonia by itself and as an import of graph are two packages, want one")
		}
	}
	if _, err := imp.Import("unsafe"); err != nil {
		t.Error(err)
	}
}

func TestLoadErrors(t *testing.T) {
	_, err := exportdata.Load("", "euryale/nowhere")
	if err == nil || !strings.Contains(err.Error(), "euryale/nowhere") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Load of a package that does not exist: %v, want one line that names it", err)
	}
	imp, err := exportdata.Load("", "errors")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := imp.Import("net/http"); err == nil || !strings.Contains(err.Error(), "net/http") {
		t.Errorf("Import of a package not listed: %v, want an error that names it", err)
	}
}
