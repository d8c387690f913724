using Kith.Protocol.Membership.Sync;

namespace Kith.Protocol.Core.Control;

/// <summary>Numbers of the control protocol: what members say to each other over TCP port 5484 of their virtual addresses.</summary>
public static class ControlConstants
{
    /// <summary>The TCP port of the control service, on virtual addresses only; also the default UDP port of a node.</summary>
    public const ushort Port = 5484;

    /// <summary>The version that <see cref="HelloMessage"/> carries. A peer with another major version is told nothing more.</summary>
    public const ushort Version = 1;

    /// <summary>Bytes before the body of a message: length of the body (4) and type (1).</summary>
    public const int HeaderBytes = 5;

    /// <summary>Longest body of a message: one statement of the largest size, and room for the batch around it.</summary>
    public const int BodyBytesMax = SyncLimits.MessageBytesMax;

    /// <summary>What one stream may have waiting to be sent; the producer pauses above it.</summary>
    public const int QueuedBytesMax = 1024 * 1024;
}
