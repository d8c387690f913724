using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>Leaving, said and heard.</content>
public sealed partial class NodeCore
{
    // One datagram may be lost.
    private const int GoodbyesEach = 2;

    // To those behind a relay first: once the relay itself has heard it, it passes nothing of ours on.
    private void SayGoodbye(ClockReading now)
    {
        SayGoodbye(now, toRelayed: true);
        SayGoodbye(now, toRelayed: false);
    }

    private void SayGoodbye(ClockReading now, bool toRelayed)
    {
        byte[] frame = new byte[Goodbye.Length];
        Goodbye.Encode(frame);
        for (int i = 0; i < GoodbyesEach; i++)
        {
            foreach (RemotePeer peer in _members.Values)
            {
                if (peer.Paths!.Current is { } path && IsRelayed(path.Endpoint) == toRelayed)
                {
                    foreach (byte[] packet in peer.Machine.SealOnEverySession(now, peer.Tunnel, frame))
                    {
                        QueueDatagram(path.Endpoint, packet);
                    }
                }
            }
        }
    }

    // Only on the newest session: an older one may have been the peer's before it started anew, and the word may have been long on its way.
    private static void HandleGoodbye(ClockReading now, RemotePeer peer, TransportSession session)
    {
        if (peer.Machine.EndSessions(peer.Tunnel, session))
        {
            // It calls when it is back. Until then it is called now and then, as everybody who is away.
            peer.Attempts = Math.Max(peer.Attempts, 1);
            peer.NextAttempt = now.Monotonic + RecallInterval;
            peer.OfflineSince = now;
        }
    }
}
