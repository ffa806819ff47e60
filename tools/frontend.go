package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// frontEndTests runs frontend/ in its own environment, with a real JupyterLab
// and a real browser.
func frontEndTests(ctx context.Context, complete bool) part {
	return pytest(ctx, "Front end", countTests(), "frontend")
}

// pytest runs these tests, of which there are so many, as one part.
func pytest(ctx context.Context, name string, tests int, path string, environment ...string) part {
	heading(name)
	if err := prepareFrontEnd(ctx); err != nil {
		fmt.Println(err)
		return missing(name, tests, err.Error())
	}
	chromium, why := findChromium(ctx)
	if why != nil {
		fmt.Println(why)
	}
	report := filepath.Join(venv, "frontend.xml")
	os.Remove(report)
	cmd := command(ctx, inVenv("python"), "-m", "pytest", "--junit-xml", report, path)
	cmd.Env = append(os.Environ(), append(environment, "NNLAB_CHROMIUM="+chromium, "PYTHONDONTWRITEBYTECODE=1")...)
	runError := cmd.Run()
	p, err := readJUnit(report)
	p.name = name
	if err != nil || runError != nil && p.failed == 0 {
		fmt.Println("pytest:", runError, err)
		p.failed++
	}
	return p
}

// prepareFrontEnd makes all that the tests need save the browser.
func prepareFrontEnd(ctx context.Context) error {
	if _, err := findPython(ctx); err != nil {
		fmt.Println(err)
		if err := aptInstall(ctx, "python3", "python3-venv"); err != nil {
			fmt.Println(err)
		}
	}
	if err := makeEnvironment(ctx, labPackages, testPackages); err != nil {
		return err
	}
	return installKernel(ctx)
}

// jUnit is what pytest --junit-xml writes.
type jUnit struct {
	Cases []struct {
		Failure *struct{} `xml:"failure"`
		Error   *struct{} `xml:"error"`
		Skipped *struct {
			Message string `xml:"message,attr"`
		} `xml:"skipped"`
	} `xml:"testsuite>testcase"`
}

// readJUnit counts the tests of a report. What was skipped was not run.
func readJUnit(path string) (p part, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return p, err
	}
	var report jUnit
	if err := xml.Unmarshal(data, &report); err != nil {
		return p, fmt.Errorf("%s: %w", path, err)
	}
	skipped := map[string]int{}
	for _, c := range report.Cases {
		switch {
		case c.Failure != nil || c.Error != nil:
			p.failed++
		case c.Skipped != nil:
			p.notRun++
			skipped[c.Skipped.Message]++
		default:
			p.passed++
		}
	}
	for _, message := range slices.Sorted(maps.Keys(skipped)) {
		p.why = append(p.why, fmt.Sprintf("%d of them, %s", skipped[message], message))
	}
	return p, nil
}

var testFunction = regexp.MustCompile(`(?m)^def test_`)

// countTests is how many tests frontend/ has, for when pytest cannot tell.
func countTests() (n int) {
	files, _ := filepath.Glob("frontend/test_*.py") // the pattern is well formed
	for _, f := range files {
		source, err := os.ReadFile(f)
		if err == nil {
			n += len(testFunction.FindAll(source, -1))
		}
	}
	return n
}
