package main

import (
	"context"
	"strings"
)

// inLab is a notebook of the lecture, restarted and run whole in a real JupyterLab, as a slow
// part. What a change of the laboratory makes of its cells the tests of kernel/internal/lecture
// say each time, in a part of the minutes: here the notebook itself decides.
func inLab(path string) slow {
	name := nameOf(path)
	return slow{name: "JupyterLab, " + name, paths: []string{path, "notebooks/professor/" + name + ".toml", "frontend/lecture.py"}}
}

// changedLecture runs in JupyterLab the notebooks that are not as they were when they passed.
func changedLecture(ctx context.Context, _ bool) part {
	paths, err := changedNotebooks(ctx)
	return lectureTests(ctx, paths, err)
}

func changedNotebooks(ctx context.Context) (changed []string, err error) {
	paths, err := lectureNotebooks()
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		s := inLab(p)
		sum, err := s.sum(ctx)
		if err != nil {
			return nil, err
		}
		if passed()[s.name] != sum {
			changed = append(changed, p)
		}
	}
	return changed, nil
}

// lectureAnew runs the notebooks with these names in JupyterLab, all where there is none, and
// notes them when all have passed.
func lectureAnew(ctx context.Context, names []string) part {
	paths, err := chosen(names)
	p := lectureTests(ctx, paths, err)
	if p.failed > 0 || p.notRun > 0 {
		return p
	}
	if err := notePassed(ctx, paths); err != nil {
		p.failed++
		p.detail = err.Error()
	}
	return p
}

// notePassed notes that these notebooks have passed in JupyterLab as they are.
func notePassed(ctx context.Context, paths []string) error {
	for _, path := range paths {
		s := inLab(path)
		sum, err := s.sum(ctx)
		if err != nil {
			return err
		}
		if err := note(s.name, sum); err != nil {
			return err
		}
	}
	return nil
}

// lectureTests runs these notebooks in JupyterLab, unless they could not be listed.
func lectureTests(ctx context.Context, paths []string, err error) part {
	const name = "Lecture"
	switch {
	case err != nil:
		return part{name: name, failed: 1, detail: err.Error()}
	case len(paths) == 0:
		heading(name + ": all notebooks are as they were when they passed in JupyterLab (make test-all runs them)")
		return part{name: name, detail: "unchanged since it passed"}
	}
	var names []string
	for _, p := range paths {
		names = append(names, nameOf(p))
	}
	return pytest(ctx, name, len(paths), "frontend/lecture.py", "NNLAB_NOTEBOOKS="+strings.Join(names, " "))
}
