using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>Receives from all extra sockets that carry no data yet; everything goes to the core as it came.</summary>
internal sealed unsafe class ExtraReceiver : FastPathThread
{
    // Before the others are looked at again.
    private const int DatagramsPerSocketMax = 16;

    private readonly SocketWait _wait;
    private volatile ExtraSocket[] _watched = [];

    public ExtraReceiver(FastPathState state)
        : base(state, "kith extra", DatagramSocket.ReceiveBytesMax)
    {
        _wait = state.Options.UsePortableSockets ? new PortableSocketWait() : LinuxSocketWait.Open();
    }

    /// <summary>Replaces the sockets to receive from.</summary>
    public void Watch(ExtraSocket[] sockets)
    {
        _watched = sockets;
        _wait.Wake();
    }

    /// <summary>Lets the thread notice that all is stopping.</summary>
    public void Wake() => _wait.Wake();

    protected override bool RunOnce()
    {
        ExtraSocket[] sockets = _watched;
        bool[] ready = new bool[sockets.Length];
        _wait.Wait(sockets, ready);
        for (int i = 0; i < sockets.Length && !State.IsStopping; i++)
        {
            for (int count = 0; ready[i] && count < DatagramsPerSocketMax; count++)
            {
                int received = sockets[i].Receive(Memory, mayWait: false, out int segmentBytes, out InternetEndpoint source);
                if (received <= 0)
                {
                    break;
                }

                Counters.Reads++;
                for (int offset = 0; offset < received && !PathAddress.IsSpecial(source); offset += segmentBytes)
                {
                    State.Inbox.PostDatagram(source, new ReadOnlySpan<byte>(Memory + offset, Math.Min(segmentBytes, received - offset)));
                }
            }
        }

        return true;
    }

    protected override void Release() => _wait.Dispose();
}
