using System.Diagnostics;
using Kith.Lab.Harness;

namespace Kith.Lab.Floods;

/// <summary>
/// A flood from one host of the lab against one UDP port, on a thread of its own that may be bound to one processor. It ends when it is disposed, at the latest after
/// <see cref="TimeMax"/>, and with the test run in any case; it never leaves the lab's namespaces.
/// </summary>
internal sealed class Flood : IAsyncDisposable
{
    /// <summary>No flood lasts longer.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(10);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Task _work;
    private long _sent;
    private volatile bool _ended;

    private Flood(LabHost from, (uint Address, ushort Port) target, IForgery forgery, int perSecond) =>
        _work = from.InvokeAsync(() => Run(target, forgery, perSecond));

    /// <summary>Datagrams that were sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Datagrams a second, on average so far.</summary>
    public double PerSecond => Sent / _watch.Elapsed.TotalSeconds;

    /// <summary>Starts one.</summary>
    /// <param name="from">The host it comes from.</param>
    /// <param name="target">The host it goes to, at Kith's port.</param>
    /// <param name="forgery">What is sent.</param>
    /// <param name="perSecond">Datagrams a second; 0 for as many as go.</param>
    public static Flood Start(LabHost from, LabHost target, IForgery forgery, int perSecond = 0) =>
        new(from, (ToNumber(target.IPv4), 5484), forgery, perSecond);

    /// <summary>An IPv4 address in host order.</summary>
    public static uint ToNumber(System.Net.IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    /// <summary>Ends it and returns what it sent a second, on average.</summary>
    public async Task<double> StopAsync()
    {
        if (!_ended)
        {
            _ended = true;
            _watch.Stop();
        }

        await _work;
        return PerSecond;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Run((uint Address, ushort Port) target, IForgery forgery, int perSecond)
    {
        ProcessorBinding.BindToLast();
        using RawSender sender = new(target, forgery.BytesMax);
        while (!_ended && _watch.Elapsed < TimeMax)
        {
            long due = perSecond == 0 ? long.MaxValue : (long)(_watch.Elapsed.TotalSeconds * perSecond) - Sent;
            if (due <= 0)
            {
                Thread.Sleep(1);
                continue;
            }

            Interlocked.Add(ref _sent, sender.Send(forgery, (int)Math.Min(due, RawSender.BatchMax)));
        }
    }
}
