using Kith.Protocol.Membership.Sync;

namespace Kith.Tests.Core.Nuisances;

/// <summary>Messages as bytes.</summary>
internal static class MessageBytes
{
    public static byte[] Encoded(this HeadsMessage message)
    {
        byte[] bytes = new byte[message.EncodedLength];
        message.Encode(bytes);
        return bytes;
    }

    public static byte[] Encoded(this StatementsMessage message)
    {
        byte[] bytes = new byte[message.EncodedLength];
        message.Encode(bytes);
        return bytes;
    }
}
