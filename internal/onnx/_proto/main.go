// Command _proto writes the Go code of a protobuf schema, as protoc with
// protoc-gen-go does, without protoc.
//
//	go run . -in ../schema/onnx.proto3 -out ../schema/onnx.pb.go -pkg euryale/internal/onnx/schema
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

func main() {
	in := flag.String("in", "", "the schema")
	out := flag.String("out", "", "the Go file")
	pkg := flag.String("pkg", "", "the Go package's import path")
	flag.Parse()
	if err := run(*in, *out, *pkg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in, out, pkg string) error {
	source, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	// Names of messages and files are unique in a Go program, or it ends when it
	// starts. These are not those that other readers of ONNX have. Bytes of a message
	// do not contain them.
	source = bytes.Replace(source, []byte("\npackage onnx;"), []byte("\npackage euryale.onnx;"), 1)
	file, err := compile(pkg+"/onnx.proto3", source)
	if err != nil {
		return err
	}
	code, err := generate(file, pkg)
	if err != nil {
		return err
	}
	return os.WriteFile(out, code, 0o644)
}

// compile is what protoc's front end does.
func compile(name string, source []byte) (*descriptorpb.FileDescriptorProto, error) {
	c := protocompile.Compiler{
		SourceInfoMode: protocompile.SourceInfoStandard,
		Resolver: &protocompile.SourceResolver{
			Accessor: protocompile.SourceAccessorFromMap(map[string]string{name: string(source)}),
		},
	}
	files, err := c.Compile(context.Background(), name)
	if err != nil {
		return nil, err
	}
	return protodesc.ToFileDescriptorProto(files[0]), nil
}

// generate is what protoc-gen-go does.
func generate(file *descriptorpb.FileDescriptorProto, pkg string) ([]byte, error) {
	name := file.GetName()
	gen, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{name},
		Parameter:      proto.String("M" + name + "=" + pkg),
		ProtoFile:      []*descriptorpb.FileDescriptorProto{file},
	})
	if err != nil {
		return nil, err
	}
	internal_gengo.GenerateFile(gen, gen.FilesByPath[name])
	answer := gen.Response()
	if answer.Error != nil {
		return nil, fmt.Errorf("%s", answer.GetError())
	}
	return []byte(answer.File[0].GetContent()), nil
}
