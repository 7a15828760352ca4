// Package session is what a cell of a notebook runs in: it stands between
// gophernotes, whose sources call it where the folder patch says, and gomacro,
// which interprets the cell.
//
//	ir := session.Attach(interp.New())
//	err := session.Run(func() error { return evaluate(ir, code) })
//
// No cell ends the kernel. A panic becomes the cell's error, also one in what the
// cell's value shows itself by. An interrupt ends the context that
// context.Background() is in a cell, so that training stops after the batch under
// way, and soon after the interpreter.
package session
