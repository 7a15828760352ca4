//go:build euryale

package main

import (
	"io"
	"log"
	"time"

	"github.com/cosmos72/gomacro/xreflect"
	"github.com/gofrs/uuid"

	"euryale/notebooks/kernel/session"
)

// execute runs a cell, as handleExecuteRequest does, whose place it takes. What
// fails, fails the cell.
func (kernel *Kernel) execute(receipt msgReceipt) error {
	request := receipt.Msg.Content.(map[string]interface{})
	code, silent := request["code"].(string), request["silent"].(bool)
	if !silent {
		ExecCounter++
		if err := receipt.PublishExecutionInput(ExecCounter, code); err != nil {
			return err
		}
	}
	data, err := kernel.run(receipt, code)
	reply := map[string]interface{}{"execution_count": ExecCounter}
	if err != nil {
		if stop, ok := request["stop_on_error"].(bool); stop || !ok {
			failure = time.Now()
		}
		reply["status"], reply["ename"], reply["evalue"], reply["traceback"] = "error", "ERROR", err.Error(), []string{err.Error()}
		if err := receipt.PublishExecutionError(err.Error(), []string{err.Error()}); err != nil {
			return err
		}
		return receipt.Reply("execute_reply", reply)
	}
	reply["status"], reply["user_expressions"] = "ok", MIMEMap{}
	if !silent && len(data.Data) > 0 {
		if err := receipt.PublishExecutionResult(ExecCounter, data); err != nil {
			return err
		}
	}
	return receipt.Reply("execute_reply", reply)
}

// run evaluates a cell, with what it prints going to the notebook, and is what its
// last value shows itself by.
func (kernel *Kernel) run(receipt msgReceipt, code string) (Data, error) {
	out, outEnd := printer(&receipt, StreamStdout)
	errs, errsEnd := printer(&receipt, StreamStderr)
	if err := session.Stdout.Begin(out); err != nil {
		return Data{}, err
	}
	if err := session.Stderr.Begin(errs); err != nil {
		return Data{}, err
	}
	display := kernel.ir.ValueOf("Display")
	display.Set(xreflect.ValueOf(receipt.PublishDisplayData))
	shown := make(chan Data, 1) // of which a cell that is left behind may be late
	err := session.Run(func() error {
		values, types, err := doEval(kernel.ir, OutErr{out, errs}, code)
		if err == nil {
			data := kernel.autoRenderResults(values, types)
			data.Data = session.Bundle(data.Data)
			shown <- data
		}
		return err
	})
	display.Set(xreflect.ValueOf(stubDisplay))
	outEnd(session.Stdout)
	errsEnd(session.Stderr)
	if err != nil {
		return Data{}, err
	}
	return <-shown, nil
}

// printer is a writer of what a cell prints to a stream of the notebook, and what
// ends it.
func printer(receipt *msgReceipt, stream string) (io.Writer, func(*session.Output)) {
	var id string
	plain := &JupyterStreamWriter{stream, receipt}
	live := session.Live(plain, func(text string, again bool) error {
		kind := "update_display_data"
		if !again {
			kind, id = "display_data", uuid.Must(uuid.NewV4()).String()
		}
		return receipt.Publish(kind, map[string]interface{}{
			"data":      MIMEMap{MIMETypeText: text},
			"metadata":  MIMEMap{},
			"transient": MIMEMap{"display_id": id},
		})
	})
	return session.Whole(live), func(o *session.Output) {
		o.End(session.Whole(plain))
		if err := live.Close(); err != nil {
			log.Println("what a cell printed:", err)
		}
	}
}
