// Renders a chart as `helm template` does, for machines without Helm: the same template language and functions, as far as
// our chart uses them. Usage: helm-render CHART NAMESPACE [VALUES.yaml | KEY=VALUE]...
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/ghodss/yaml"
)

func exit(err error) {
	fmt.Fprintln(os.Stderr, "Error:", err)
	os.Exit(1)
}

func read(path string, into interface{}) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		exit(fmt.Errorf("%s: %w", path, err))
	}
}

func merge(into, from map[string]interface{}) {
	for key, value := range from {
		inner, isMap := value.(map[string]interface{})
		outer, wasMap := into[key].(map[string]interface{})
		if isMap && wasMap {
			merge(outer, inner)
		} else if value == nil {
			delete(into, key)
		} else {
			into[key] = value
		}
	}
}

type files struct{ root string }

func (f files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(f.root, name))
	if err != nil {
		return ""
	}
	return string(text)
}

func main() {
	root, namespace := os.Args[1], os.Args[2]
	values := map[string]interface{}{}
	read(filepath.Join(root, "values.yaml"), &values)
	for _, argument := range os.Args[3:] {
		more := map[string]interface{}{}
		if path, value, isSet := strings.Cut(argument, "="); isSet {
			var parsed interface{}
			if err := yaml.Unmarshal([]byte(value), &parsed); err != nil {
				exit(err)
			}
			keys := strings.Split(path, ".")
			inner := more
			for _, key := range keys[:len(keys)-1] {
				next := map[string]interface{}{}
				inner[key] = next
				inner = next
			}
			inner[keys[len(keys)-1]] = parsed
		} else {
			read(argument, &more)
		}
		merge(values, more)
	}
	if os.Getenv("VALUES_ONLY") != "" {
		text, _ := yaml.Marshal(values)
		fmt.Print(string(text))
		return
	}

	chart := map[string]interface{}{}
	read(filepath.Join(root, "Chart.yaml"), &chart)
	for _, key := range []string{"name", "version", "appVersion"} {
		chart[strings.ToUpper(key[:1])+key[1:]] = chart[key]
	}
	data := map[string]interface{}{
		"Values":  values,
		"Chart":   chart,
		"Files":   files{root},
		"Release": map[string]interface{}{"Name": "loadshaper", "Namespace": namespace, "Service": "Helm", "IsInstall": true},
	}

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["toYaml"] = func(value interface{}) string {
		text, _ := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n")
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	functions["fail"] = func(message string) (string, error) { return "", fmt.Errorf("%s", message) }
	all.Funcs(functions)

	names, _ := filepath.Glob(filepath.Join(root, "templates", "*"))
	sort.Strings(names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			exit(err)
		}
		if _, err := all.New(filepath.Base(name)).Parse(string(text)); err != nil {
			exit(err)
		}
	}
	for _, name := range names {
		base := filepath.Base(name)
		if strings.HasPrefix(base, "_") || (base == "NOTES.txt") != (os.Getenv("NOTES_ONLY") != "") {
			continue
		}
		var out bytes.Buffer
		if err := all.ExecuteTemplate(&out, base, data); err != nil {
			exit(err)
		}
		text := strings.ReplaceAll(out.String(), "<no value>", "")
		if strings.TrimSpace(text) != "" {
			fmt.Printf("---\n# Source: %s\n%s\n", base, strings.TrimSpace(text))
		}
	}
}
