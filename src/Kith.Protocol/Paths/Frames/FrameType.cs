namespace Kith.Protocol.Paths.Frames;

/// <summary>The first byte of a Kith frame inside a session. Its first nibble is neither 4 nor 6, which would be an IP packet.</summary>
public enum FrameType : byte
{
    /// <summary><see cref="Frames.PathPing"/>.</summary>
    PathPing = 0x10,

    /// <summary><see cref="Frames.PathPong"/>.</summary>
    PathPong = 0x11,

    /// <summary><see cref="Frames.CallMe"/>.</summary>
    CallMe = 0x12,

    /// <summary>A packet on its way through a relay.</summary>
    Relay = 0x13,

    /// <summary><see cref="Frames.WitnessAsk"/>.</summary>
    WitnessAsk = 0x14,

    /// <summary><see cref="Frames.Witness"/>.</summary>
    Witness = 0x15,

    /// <summary><see cref="Frames.Goodbye"/>.</summary>
    Goodbye = 0x16,
}
