using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kith.Lab.Harness;
using Kith.Lab.Tunnel;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Tests.Core.Nuisances;

namespace Kith.Lab.Floods;

/// <summary>
/// A <see cref="HostileMember"/> at a host's own port 5484, in the place of the node that was there. A thread of its own, bound to one processor, carries its datagrams and does
/// what it is told to do, again and again, until it is disposed.
/// </summary>
internal sealed class HostileEnd : IAsyncDisposable
{
    private const ushort Port = 5484;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly HostileMember _member;
    private readonly IPEndPoint _victim;
    private readonly InternetEndpoint _source;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly byte[] _buffer = new byte[65_536];
    private readonly Task _work;
    private Action<HostileMember, ClockReading>? _attack;
    private bool _ended;

    private HostileEnd(LabHost host, LabHost victim, Socket socket, NodeKey key, NetworkId network, NodeId victimId)
    {
        _socket = socket;
        _victim = new IPEndPoint(victim.IPv4, Port);
        _source = new InternetEndpoint(InternetAddress.FromV4(Flood.ToNumber(victim.IPv4)), Port);
        _member = new HostileMember(key, network, victimId, new SystemRandom(), Carry);
        _work = host.InvokeAsync(Run);
    }

    /// <summary>Takes the place of a host's node, which must have ended.</summary>
    public static async Task<HostileEnd> StartAsync(LabHost host, LabHost victim, NodeKey key, NetworkId network, NodeId victimId)
    {
        Socket socket = await host.InvokeAsync(() =>
        {
            Socket made = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = 4 << 20, ReceiveBufferSize = 4 << 20, Blocking = false };
            made.Bind(new IPEndPoint(IPAddress.Any, Port));
            return made;
        });
        HostileEnd end = new(host, victim, socket, key, network, victimId);
        await LabWait.UntilAsync("the hostile member has a session", ConnectLimit, () => Task.FromResult(end._member.IsConnected ? null : "none"));
        return end;
    }

    /// <summary>Does this from now on, as often as it can; null for nothing.</summary>
    public void Do(Action<HostileMember, ClockReading>? attack) => Volatile.Write(ref _attack, attack);

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _ended, true);
        await _work;
        _socket.Dispose();
        _member.Dispose();
    }

    private ClockReading Now() => new(new Instant(_watch.Elapsed.Ticks + 1), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private void Run()
    {
        ProcessorBinding.BindToLast();
        Instant next = default;
        while (!Volatile.Read(ref _ended))
        {
            ClockReading now = Now();
            if (!_member.IsConnected && now.Monotonic >= next)
            {
                next = now.Monotonic + TimeSpan.FromSeconds(6);
                _member.Connect(now);
            }

            TakeAll();
            _member.HandleTimeout(Now());
            Action<HostileMember, ClockReading>? attack = Volatile.Read(ref _attack);
            if (attack is null || !_member.IsConnected)
            {
                Thread.Sleep(1);
            }
            else
            {
                attack(_member, Now());
            }
        }
    }

    private void TakeAll()
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        while (_socket.Available > 0)
        {
            try
            {
                int length = _socket.ReceiveFrom(_buffer, ref from);
                _member.Receive(Now(), _source, _buffer.AsSpan(0, length));
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private void Carry(ReadOnlyMemory<byte> datagram)
    {
        try
        {
            _socket.SendTo(datagram.Span, _victim);
        }
        catch (SocketException)
        {
            // A full buffer loses what does not fit.
        }
    }
}
