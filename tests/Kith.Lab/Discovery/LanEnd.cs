using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Kith.Lab.Harness;
using Kith.Node.Lan;
using Kith.Protocol.Discovery.Lan;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tunnel.Interfaces;

namespace Kith.Lab.Discovery;

/// <summary>A discovery machine on the real multicast socket of a lab host, driven by a thread of its own.</summary>
internal sealed class LanEnd : IDisposable
{
    private readonly BlockingCollection<Action> _work = new(1024);
    private readonly LanDiscovery _machine;
    private readonly InterfaceWatcher _watcher;
    private readonly MulticastSocket _socket;
    private readonly Thread _thread;
    private volatile bool _stopping;

    private LanEnd(byte number, ushort port)
    {
        Id = new NodeId([.. Enumerable.Repeat(number, 32)]);
        _machine = new LanDiscovery(Id, new LanOptions(), new SystemRandom());
        _watcher = new InterfaceWatcher(() => Post(Rejoin));
        LocalNetwork network = _watcher.Enumerate();
        _socket = new MulticastSocket(network, HandleDatagram);
        _machine.SetPort(port);
        SetAddresses(network);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public NodeId Id { get; }

    public ConcurrentQueue<LanEvent> Found { get; } = new();

    public int JoinedCount => _socket.JoinedCount;

    private static Instant Now => new(Stopwatch.GetElapsedTime(0).Ticks);

    public static Task<LanEnd> StartAsync(LabHost host, byte number, ushort port = 5484) => host.InvokeAsync(() => new LanEnd(number, port));

    public void Use(Action<LanDiscovery> change) => Post(() => change(_machine));

    public void Dispose()
    {
        Post(() =>
        {
            _machine.Stop(Now);
            _stopping = true;
        });
        _thread.Join();
        _socket.Dispose();
        _watcher.Dispose();
    }

    private void Post(Action action) => _work.Add(action);

    private void HandleDatagram(in InternetEndpoint source, ReadOnlySpan<byte> datagram)
    {
        InternetEndpoint from = source;
        byte[] copy = datagram.ToArray();
        Post(() => _machine.HandleDatagram(Now, from, copy));
    }

    private void Rejoin()
    {
        LocalNetwork network = _watcher.Enumerate();
        _socket.Rejoin(network);
        SetAddresses(network);
        _machine.AnnounceNow(Now);
    }

    private void SetAddresses(LocalNetwork network) =>
        _machine.SetAddresses([.. network.Addresses.Where(static address => MulticastSocket.IsSuitable(address.Interface)).Select(static address => address.Address)]);

    private void Run()
    {
        byte[] buffer = new byte[LanDiscovery.DatagramBytesMax];
        while (!_stopping)
        {
            double wait = Math.Clamp((_machine.NextTimeout.Ticks - Now.Ticks) / (double)TimeSpan.TicksPerMillisecond, 0, 1000);
            if (_work.TryTake(out Action? action, (int)Math.Ceiling(wait)))
            {
                action();
            }

            if (!_stopping && _machine.NextTimeout <= Now)
            {
                _machine.HandleTimeout(Now);
            }

            while (_machine.TryGetTransmit(buffer, out LanTransmit transmit))
            {
                if (transmit.Endpoint is { } endpoint)
                {
                    _socket.SendUnicast(endpoint, buffer.AsSpan(0, transmit.Length));
                }
                else
                {
                    _socket.SendMulticast(buffer.AsSpan(0, transmit.Length));
                }
            }

            while (_machine.TryGetEvent(out LanEvent found))
            {
                Found.Enqueue(found);
            }
        }
    }

    private sealed class SystemRandom : RandomSource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
