using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kith.Protocol.Netstack;
using Kith.Protocol.Wire;

namespace Kith.Lab.Netstack;

/// <summary>
/// The stack and the kernel's own TCP, face to face in a network namespace of their own:
/// <code>
///   kernel sockets  10.77.0.1, fd77::1  --[TUN device]--  loop thread with the stack  10.77.0.2, fd77::2
/// </code>
/// The loop thread owns the stack; other threads hand it work.
/// </summary>
internal sealed class KernelRig : IDisposable
{
    public const string KernelV4 = "10.77.0.1";
    public const string KernelV6 = "fd77::1";
    public const string StackV4 = "10.77.0.2";
    public const string StackV6 = "fd77::2";

    private const int PacketsPerTurnMax = 64;

    private readonly ConcurrentQueue<Action> _work = new();
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _ready = new();
    private readonly PriorityQueue<(bool ToKernel, byte[] Packet), long> _held = new();
    private readonly Random _random = new(1);
    private readonly LinkTrouble _trouble;
    private readonly bool _large;
    private readonly int _mtu;
    private readonly byte[] _buffer = new byte[TestTun.HeaderBytes + 65536 + 64];
    private readonly long _start = Stopwatch.GetTimestamp();
    private TestTun? _tun;
    private Exception? _failure;
    private long _firstPacket;
    private volatile bool _stopping;

    public KernelRig(bool large, LinkTrouble? trouble = null, NetworkStackOptions? options = null)
    {
        _trouble = trouble ?? LinkTrouble.None;
        _large = large;
        options ??= new NetworkStackOptions { Mtu = 1420 };
        _mtu = options.Mtu;
        Stack = new NetworkStack(options with { LargeSegments = large }, new SystemRandom(), Ports);
        Stack.AddAddress(Address(StackV4));
        Stack.AddAddress(Address(StackV6));
        _thread = new Thread(Run) { IsBackground = true, Name = "stack" };
        _thread.Start();
        _ready.Wait();
        ThrowIfFailed();
    }

    public NetworkStack Stack { get; }

    public LinkTrouble Trouble => _trouble;

    public LocalPorts Ports { get; } = new();

    public Instant Now => new(Stopwatch.GetElapsedTime(_start).Ticks + 1);

    /// <summary>Whether packets that the stack does not know are refused.</summary>
    public bool RefusesUnknown { get; set; }

    /// <summary>Packets that the loop lost or held back.</summary>
    public long PacketsTroubled { get; private set; }

    public long PacketsIn { get; private set; }

    public long PacketsOut { get; private set; }

    /// <summary>Called on the loop thread for each event.</summary>
    public Action<StackEvent>? OnEvent { get; set; }

    public static InternetAddress Address(string text) => InternetAddress.TryParse(text, out InternetAddress address) ? address : throw new FormatException(text);

    /// <summary>Runs something on the loop thread, which is the one inside the namespace, and waits for it.</summary>
    public T Do<T>(Func<T> work)
    {
        T result = default!;
        Exception? failure = null;
        using ManualResetEventSlim done = new();
        _work.Enqueue(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            done.Set();
        });
        _tun!.Wake();
        while (!done.Wait(1000))
        {
            ThrowIfFailed();
        }

        return failure is null ? result : throw new InvalidOperationException("Work on the loop thread failed.", failure);
    }

    /// <summary>A kernel TCP socket inside the namespace.</summary>
    public Socket KernelSocket(bool v4) => Do(() => new Socket(v4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));

    public void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            throw new InvalidOperationException("The loop thread failed.", _failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _tun?.Wake();
        _thread.Join();
        _ready.Dispose();
    }

    private void Run()
    {
        try
        {
            TestTun.EnterOwnNamespace();
            using TestTun tun = new("stack0", _large);
            _tun = tun;
            foreach (string command in (string[])[
                "link set lo up",
                $"link set stack0 mtu {_mtu} txqueuelen 10000",
                $"addr add {KernelV4}/24 dev stack0",
                $"addr add {KernelV6}/64 dev stack0 nodad",
                "link set stack0 up"])
            {
                using Process process = Process.Start("ip", command);
                process.WaitForExit();
                if (process.ExitCode != 0)
                {
                    throw new InvalidOperationException($"ip {command}: exit code {process.ExitCode}");
                }
            }

            _ready.Set();
            while (!_stopping)
            {
                Turn(tun);
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
        }

        _ready.Set();
    }

    private void Turn(TestTun tun)
    {
        bool busy = false;
        for (int i = 0; i < PacketsPerTurnMax; i++)
        {
            int length = tun.Read(_buffer);
            if (length == 0)
            {
                break;
            }

            busy = true;
            PacketsIn++;
            Offer(toKernel: false, CompleteChecksum(_buffer.AsSpan(0, length)));
        }

        while (_work.TryDequeue(out Action? work))
        {
            work();
        }

        ReleaseHeld(tun);
        Stack.HandleTimeout(Now);
        while (Stack.TryGetEvent(out StackEvent stackEvent))
        {
            OnEvent?.Invoke(stackEvent);
        }

        int header = tun.HasHeader ? TestTun.HeaderBytes : 0;
        while (Stack.TryGetPacket(Now, _buffer.AsSpan(header, StackPacket.LengthMax), out StackPacket packet))
        {
            busy = true;
            PacketsOut++;
            if (tun.HasHeader)
            {
                WriteHeader(packet);
            }

            Span<byte> whole = _buffer.AsSpan(0, header + packet.Length);
            if (_trouble.IsNone)
            {
                tun.Write(whole);
            }
            else
            {
                Offer(toKernel: true, whole);
            }
        }

        if (!busy && _work.IsEmpty && !_stopping)
        {
            tun.Wait(WaitMilliseconds());
        }
    }

    private int WaitMilliseconds()
    {
        Instant next = Stack.NextTimeout;
        if (_held.TryPeek(out _, out long due))
        {
            next = Instant.Min(next, new Instant(due));
        }

        return next == Instant.Never ? 1000 : (int)Math.Clamp(Math.Ceiling((next - Now).TotalMilliseconds), 0, 1000);
    }

    private void Offer(bool toKernel, Span<byte> packet)
    {
        if (_trouble.IsNone)
        {
            Deliver(toKernel, packet);
            return;
        }

        Instant now = Now;
        _firstPacket = _firstPacket == 0 ? now.Ticks : _firstPacket;
        TimeSpan since = new(now.Ticks - _firstPacket);
        bool isDown = since >= _trouble.BlackoutStart && since < _trouble.BlackoutStart + _trouble.Blackout;
        if (isDown || _random.NextDouble() < _trouble.Loss)
        {
            PacketsTroubled++;
            return;
        }

        if (_random.NextDouble() < _trouble.Reordering)
        {
            PacketsTroubled++;
            _held.Enqueue((toKernel, packet.ToArray()), now.Ticks + (long)(_trouble.HoldMilliseconds * TimeSpan.TicksPerMillisecond));
            return;
        }

        Deliver(toKernel, packet);
    }

    private void Deliver(bool toKernel, Span<byte> packet)
    {
        if (toKernel)
        {
            _tun!.Write(packet);
        }
        else if (!Stack.HandlePacket(Now, packet) && RefusesUnknown)
        {
            Stack.Refuse(Now, packet);
        }
    }

    private void ReleaseHeld(TestTun tun)
    {
        long now = Now.Ticks;
        while (_held.TryPeek(out (bool ToKernel, byte[] Packet) held, out long due) && due <= now)
        {
            _held.Dequeue();
            Deliver(held.ToKernel, held.Packet);
        }
    }

    // What a receiver of segmentation offload must do: the kernel leaves the checksum of what it gives us to the hardware.
    private Span<byte> CompleteChecksum(Span<byte> whole)
    {
        if (!_large)
        {
            return whole;
        }

        Span<byte> packet = whole[TestTun.HeaderBytes..];
        if ((whole[0] & 1) != 0)
        {
            int start = BinaryPrimitives.ReadUInt16LittleEndian(whole[6..]);
            int field = start + BinaryPrimitives.ReadUInt16LittleEndian(whole[8..]);
            ushort checksum = Protocol.Netstack.Ip.InternetChecksum.Finish(Protocol.Netstack.Ip.InternetChecksum.Add(0, packet[start..]));
            BinaryPrimitives.WriteUInt16BigEndian(packet[field..], checksum);
        }

        return packet;
    }

    private void WriteHeader(in StackPacket packet)
    {
        Span<byte> header = _buffer.AsSpan(0, TestTun.HeaderBytes);
        header.Clear();
        if (packet.IsLarge)
        {
            header[0] = 1;
            header[1] = (byte)((_buffer[TestTun.HeaderBytes] >> 4) == 4 ? 1 : 4);
            BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)packet.HeaderBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)packet.SegmentBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)packet.ChecksumStart);
            BinaryPrimitives.WriteUInt16LittleEndian(header[8..], StackPacket.ChecksumOffset);
        }
    }

    private sealed class SystemRandom : RandomSource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
