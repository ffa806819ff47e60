package nn

import "fmt"

type validation struct{ d Data }

// Validation evaluates the model on d at the end of each epoch; the numbers get
// the names "val_loss", "val_accuracy", …
func Validation(d Data) FitOption {
	if d == nil {
		return refused{&Error{Where: "Fit: Validation", Expected: "data", Got: "nil", Mend: "write nn.Validation(test), or leave it out"}}
	}
	return validation{d}
}

func (v validation) applyFit(f *fit) { f.validation = v.d }

type validationSplit float64

// ValidationSplit keeps the last fraction of the training examples, above 0 and
// below 1, out of the training and evaluates the model on them as [Validation]
// does.
func ValidationSplit(fraction float64) FitOption { return validationSplit(fraction) }

func (v validationSplit) applyFit(f *fit) { f.split, f.splits = float64(v), true }

type evaluateTraining struct{}

// EvaluateTraining evaluates the model on the training examples too at the end of each
// epoch, as [Validation] does on others: the weights stand still, nothing is dropped, and
// nothing is augmented or weighted. The numbers get the names "train_loss",
// "train_accuracy", … While "loss" is a mean over steps in which the weights changed and
// dropout was at work, these compare with "val_loss" and "val_accuracy". It costs a
// forward pass over all training examples for each epoch.
func EvaluateTraining() FitOption { return evaluateTraining{} }

func (evaluateTraining) applyFit(f *fit) { f.again = true }

// What is evaluated at the end of an epoch stands in the History under these beginnings.
const (
	trainAgain = "train_"
	validated  = "val_"
)

// scored are examples on which the model is evaluated at the end of each epoch.
type scored struct {
	prefix, caller string
	data           Data
	examples       []int // of data, nil for all
}

// scored are what the options ask for, in the order of the History.
func (f *fit) scored() (all []scored) {
	if f.again {
		all = append(all, scored{trainAgain, "Fit", f.train, ascending(len(f.order))})
	}
	switch {
	case f.validation != nil:
		all = append(all, scored{validated, "Fit: validation data", f.validation, nil})
	case f.held != nil:
		all = append(all, scored{validated, "Fit: validation data", f.train, f.held})
	}
	return all
}

// holdOut keeps the last of n training examples for the validation, if ValidationSplit
// says so, and returns how many are left.
func (f *fit) holdOut(n int) (int, error) {
	if !f.splits {
		return n, nil
	}
	held := int(f.split * float64(n))
	if !(f.split > 0 && f.split < 1) || held < 1 || held == n || f.validation != nil {
		return 0, &Error{Where: "Fit: ValidationSplit", Expected: "a fraction above 0 and below 1 that leaves examples on both sides, and no Validation beside it",
			Got: fmt.Sprintf("%v of %d examples", f.split, n), Mend: "write nn.ValidationSplit(0.1)"}
	}
	f.held = ascending(n)[n-held:]
	return n - held, nil
}

// checkScored refuses data that the model cannot be evaluated on, before it trains.
func (f *fit) checkScored() error {
	for _, d := range f.scored() {
		if _, err := f.model.newBatch(d.caller, d.data, f.batchSize, forEvaluate); err != nil {
			return err
		}
	}
	return nil
}

// score evaluates the model at the end of an epoch; done is false where that was stopped.
func (f *fit) score() (logs Logs, done bool, err error) {
	enough := func() bool {
		f.tell(ValidationBatchEnd)
		return f.stopped() || f.event.fail != nil
	}
	for _, d := range f.scored() {
		b, err := f.model.newBatch(d.caller, d.data, f.batchSize, forEvaluate)
		if err != nil {
			return nil, false, err
		}
		examples := d.examples
		if examples == nil {
			examples = ascending(d.data.Len())
		}
		scores, err := b.evaluate(d.caller, examples, enough)
		if err != nil || f.stopped() || f.event.fail != nil {
			return nil, false, err
		}
		for _, l := range scores {
			logs = append(logs, Log{d.prefix + l.Name, l.Value})
		}
	}
	return logs, true, nil
}
