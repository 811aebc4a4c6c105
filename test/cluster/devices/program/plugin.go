package main

import (
	"context"
	"errors"
	"io/fs"
	"log"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

// plugin is a device plugin of one resource, with a socket of its own beside the kubelet's.
type plugin struct {
	api.UnimplementedDevicePluginServer
	resource string
	socket   string // its path
	server   *grpc.Server

	mutex   sync.Mutex
	devices []string
	changed chan struct{} // closed when the devices are others
}

func newPlugin(resource string) *plugin {
	socket := api.DevicePluginPath + strings.ReplaceAll(resource, "/", "_") + ".sock"
	os.Remove(socket) // of one that was killed
	return &plugin{resource: resource, socket: socket, server: grpc.NewServer(), changed: make(chan struct{})}
}

// set: a device is its ID, with `:Unhealthy` behind it where it is that.
func (p *plugin) set(devices []string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if slices.Equal(devices, p.devices) {
		return
	}
	p.devices = devices
	close(p.changed)
	p.changed = make(chan struct{})
}

// keepServing registers with the kubelet, again whenever that has started anew: it removes the sockets of all plugins then.
func (p *plugin) keepServing() error {
	if _, err := os.Stat(p.socket); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	p.server.Stop()
	listener, err := net.Listen("unix", p.socket)
	if err != nil {
		return err
	}
	p.server = grpc.NewServer()
	api.RegisterDevicePluginServer(p.server, p)
	go p.server.Serve(listener)
	if err := p.register(); err != nil {
		p.server.Stop() // which removes the socket
		return err
	}
	log.Printf("%s: registered", p.resource)
	return nil
}

func (p *plugin) register() error {
	connection, err := grpc.NewClient("unix://"+api.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	request := &api.RegisterRequest{Version: api.Version, Endpoint: filepath.Base(p.socket), ResourceName: p.resource}
	_, err = api.NewRegistrationClient(connection).Register(context.Background(), request)
	return err
}

func (p *plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

func (p *plugin) ListAndWatch(_ *api.Empty, stream grpc.ServerStreamingServer[api.ListAndWatchResponse]) error {
	for {
		devices, changed := p.now()
		if err := stream.Send(&api.ListAndWatchResponse{Devices: devices}); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-stream.Context().Done():
			return nil
		}
	}
}

func (p *plugin) now() ([]*api.Device, <-chan struct{}) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	devices := []*api.Device{}
	for _, device := range p.devices {
		health := api.Healthy
		id, unhealthy := strings.CutSuffix(device, ":"+api.Unhealthy)
		if unhealthy {
			health = api.Unhealthy
		}
		devices = append(devices, &api.Device{ID: id, Health: health})
	}
	return devices, p.changed
}

// Allocate says which devices a container sees in the variable in which NVIDIA's plugin does. `gpu-0::1` is a share of gpu-0.
func (p *plugin) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	response := &api.AllocateResponse{}
	for _, container := range request.ContainerRequests {
		ids := []string{}
		for _, id := range container.DevicesIds {
			device, _, _ := strings.Cut(id, "::")
			ids = append(ids, device)
		}
		slices.Sort(ids)
		visible := strings.Join(slices.Compact(ids), ",")
		log.Printf("%s: %v allocated", p.resource, container.DevicesIds)
		response.ContainerResponses = append(response.ContainerResponses, &api.ContainerAllocateResponse{
			Envs: map[string]string{"NVIDIA_VISIBLE_DEVICES": visible},
		})
	}
	return response, nil
}
