using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;

namespace Kith.Tests.Membership;

/// <summary>Two sessions with a lossless stream in order between them.</summary>
internal sealed class Pipe
{
    private readonly SyncSession[] _sessions;
    private readonly Queue<byte[]>[] _underWay = [new(), new()];
    private readonly byte[] _buffer = new byte[SyncLimits.MessageBytesMax];

    public Pipe(MembershipLog left, MembershipLog right) => _sessions = [new SyncSession(left), new SyncSession(right)];

    public int StatementsSent { get; private set; }

    public int LargestMessage { get; private set; }

    public int Messages { get; private set; }

    public bool IsCaughtUp => _sessions[0].IsCaughtUp && _sessions[1].IsCaughtUp && _underWay[0].Count == 0 && _underWay[1].Count == 0;

    /// <summary>Carries messages until there are none, or so many.</summary>
    public void Run(int maxMessages = int.MaxValue)
    {
        for (int idle = 0; idle < 2 && maxMessages > 0;)
        {
            idle++;
            for (int side = 0; side < 2; side++)
            {
                while (maxMessages > 0 && _sessions[side].TryGetMessage(_buffer, out int written))
                {
                    _underWay[side].Enqueue(_buffer[..written]);
                    Count(_buffer.AsSpan(0, written));
                    idle = 0;
                    maxMessages--;
                }

                while (_underWay[side].TryDequeue(out byte[]? message))
                {
                    Assert.Equal(SyncResult.Ok, _sessions[1 - side].HandleMessage(message));
                    idle = 0;
                }
            }
        }
    }

    private void Count(ReadOnlySpan<byte> message)
    {
        Messages++;
        LargestMessage = Math.Max(LargestMessage, message.Length);
        StatementsSent += StatementsMessage.TryDecode(message, out StatementsMessage? statements) ? statements.Statements.Count : 0;
    }
}
