// devices FILE: gives the kubelet of this machine devices that are only names. Each line of the file is a resource with its
// devices, `nvidia.com/gpu gpu-0 gpu-1:Unhealthy`; the file may change at any time. A resource that is no longer in it has none.
package main

import (
	"log"
	"os"
	"strings"
	"time"
)

const interval = 100 * time.Millisecond

func main() {
	plugins := map[string]*plugin{}
	for ; ; time.Sleep(interval) {
		text, err := os.ReadFile(os.Args[1])
		if err != nil {
			log.Fatal(err)
		}
		devices := devicesOf(string(text))
		for resource := range devices {
			if plugins[resource] == nil {
				plugins[resource] = newPlugin(resource)
			}
		}
		for resource, plugin := range plugins {
			plugin.set(devices[resource])
			if err := plugin.keepServing(); err != nil {
				log.Printf("%s: %v", resource, err)
			}
		}
	}
}

// devicesOf: by resource.
func devicesOf(text string) map[string][]string {
	devices := map[string][]string{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			devices[words[0]] = words[1:]
		}
	}
	return devices
}
