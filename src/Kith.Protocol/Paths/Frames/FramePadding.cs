namespace Kith.Protocol.Paths.Frames;

/// <summary>A session pads what it carries with zeros to a multiple of 16 bytes (WireGuard section 5.4.6); a frame that does not state its length meets them at its end.</summary>
internal static class FramePadding
{
    /// <summary>The multiple.</summary>
    public const int UnitBytes = 16;

    /// <summary>Whether what follows a frame is padding and nothing else: zeros, fewer than 16.</summary>
    public static bool IsPadding(ReadOnlySpan<byte> rest) => rest.Length < UnitBytes && IsZero(rest);

    /// <summary>Whether all bytes are zero.</summary>
    public static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);
}
