//go:build cuda

package cuda

import (
	"runtime"
	"unsafe"

	"gorgonia.org/cu"
)

// staging is how many bytes go to the device, or come from there, at once.
const staging = 1 << 20

// slot is memory that bytes wait in until the device fetches them, and memory of the device's
// in which they wait for the kernels before them: the step that still reads the last batch.
type slot struct {
	bytes   []byte
	fetched cu.Event     // behind the copy of bytes
	stage   cu.DevicePtr // 0 where there is no room
	taken   cu.Event     // behind the copy of the stage
}

// slots is how many there are: enough for a batch of 32 images of 224² that goes up while
// the step before it runs.
const slots = 24

// few is how many bytes are not worth a way of their own.
const few = 64 << 10

// What streams wait for; tests leave one out.
var waitForStage, waitForBytes = cu.Stream.Wait, cu.Stream.Wait

// makeSlots asks for memory that the device reaches itself, and, of a device to which that is
// little, for stages. The thread has the context.
func (d *device) makeSlots() error {
	all, err := hostMemory((slots + 1) * staging)
	if err != nil {
		return err
	}
	d.staged, all = all[:staging], all[staging:]
	_, total, err := cu.MemInfo()
	if err != nil {
		return err
	}
	ample := total >= 64*slots*staging
	if ample {
		// Work without a stream, and so what the host waits for, does not wait for this one.
		if d.uploads, err = cu.MakeStream(cu.NonBlocking); err != nil {
			return err
		}
	}
	for i := range d.slots {
		s := &d.slots[i]
		s.bytes = all[i*staging : (i+1)*staging]
		if s.fetched, err = cu.MakeEvent(cu.DisableTiming); err != nil {
			return err
		}
		if !ample {
			continue
		}
		if s.taken, err = cu.MakeEvent(cu.DisableTiming); err != nil {
			return err
		}
		if s.stage, err = cu.MemAlloc(staging); err != nil {
			return err
		}
	}
	return nil
}

// send copies bytes to the device behind the kernels that are on their way, and waits only
// where so many bytes wait already. They go through memory that the device reaches itself,
// which C gave: what belongs to Go may be part of something that has pointers, which cgo
// refuses, and may change as soon as send returns.
func (d *device) send(what string, to argument, bytes []byte) {
	d.do(what, func() error {
		if to.absent() {
			return errAbsent
		}
		for at := 0; at < len(bytes); at += staging {
			s := &d.slots[d.slot]
			d.slot = (d.slot + 1) % slots
			if err := s.fetched.Synchronize(); err != nil {
				return err
			}
			if err := d.fetch(s, copy(s.bytes, bytes[at:]), to.behind(at).pointer()); err != nil {
				return err
			}
		}
		return nil
	})
	runtime.KeepAlive(to)
}

// fetch puts the copy of the first n bytes of a slot on its way: many over the stage, while
// kernels run, few when these have ended.
func (d *device) fetch(s *slot, n int, to cu.DevicePtr) error {
	from := unsafe.Pointer(unsafe.SliceData(s.bytes))
	if s.stage == 0 || n < few {
		if err := cu.MemcpyHtoDAsync(to, from, int64(n), d.stream); err != nil {
			return err
		}
		return s.fetched.Record(d.stream)
	}
	if err := waitForStage(d.uploads, s.taken, 0); err != nil {
		return err
	}
	if err := cu.MemcpyHtoDAsync(s.stage, from, int64(n), d.uploads); err != nil {
		return err
	}
	if err := s.fetched.Record(d.uploads); err != nil {
		return err
	}
	if err := waitForBytes(d.stream, s.fetched, 0); err != nil {
		return err
	}
	if err := cu.MemcpyDtoDAsync(to, s.stage, int64(n), d.stream); err != nil {
		return err
	}
	return s.taken.Record(d.stream)
}
