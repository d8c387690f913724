using System.Net.Sockets;

namespace Kith.Tunnel.Threads;

/// <summary>Waits with the runtime's select, and looks up now and then because nothing can interrupt it.</summary>
internal sealed class PortableSocketWait : SocketWait
{
    private static readonly TimeSpan LookUp = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim _woken = new();

    public override void Wait(ReadOnlySpan<ExtraSocket> sockets, Span<bool> ready)
    {
        _woken.Reset();
        List<Socket> waiting = [];
        foreach (ExtraSocket socket in sockets)
        {
            waiting.Add(((PortableDatagramSocket)socket.Inner).Socket);
        }

        if (waiting.Count == 0)
        {
            _woken.Wait(LookUp);
            return;
        }

        try
        {
            Socket.Select(waiting, null, null, LookUp);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One of them is being closed; the next look leaves it out.
            return;
        }

        for (int i = 0; i < sockets.Length; i++)
        {
            ready[i] = waiting.Contains(((PortableDatagramSocket)sockets[i].Inner).Socket);
        }
    }

    public override void Wake() => _woken.Set();

    public override void Dispose() => _woken.Dispose();
}
