using Kith.Fuzz.Coverage;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Sync;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a message of the synchronisation of logs, of either type.</summary>
[Covers(typeof(Protocol.Membership.Sync.HeadsMessage), typeof(Protocol.Membership.Sync.StatementsMessage))]
internal sealed class SyncMessageTarget : IFuzzTarget
{
    public string Name => "sync-message";

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            MembershipLog log = MembershipSamples.Log();
            SyncSession full = new(log);
            SyncSession empty = new(MembershipLog.Empty(log.Id));
            byte[] buffer = new byte[SyncLimits.MessageBytesMax];
            List<byte[]> messages = [];
            for (int round = 0; round < 3; round++)
            {
                Pass(full, empty);
                Pass(empty, full);
            }

            return messages;

            void Pass(SyncSession from, SyncSession to)
            {
                while (from.TryGetMessage(buffer, out int written))
                {
                    messages.Add(buffer[..written]);
                    to.HandleMessage(buffer.AsSpan(0, written));
                }
            }
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (HeadsMessage.TryDecode(input, out HeadsMessage? heads))
        {
            byte[] encoded = new byte[heads.EncodedLength];
            heads.Encode(encoded);
            Oracle.Same(input, encoded, "its own encoding");
            return true;
        }

        if (StatementsMessage.TryDecode(input, out StatementsMessage? statements))
        {
            byte[] encoded = new byte[statements.EncodedLength];
            statements.Encode(encoded);
            Oracle.Same(input, encoded, "its own encoding");
            return true;
        }

        return false;
    }
}
