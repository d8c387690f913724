namespace Kith.Apps.Proxying.Socks;

/// <summary>A client's first message: version 5, and the methods of authentication it knows (RFC 1928 section 3).</summary>
/// <param name="OffersNoAuthentication">Whether it goes without authentication, the only way here.</param>
internal readonly record struct SocksGreeting(bool OffersNoAuthentication)
{
    /// <summary>The version in the first byte of every message.</summary>
    public const byte Version = 5;

    /// <summary>The most bytes of a greeting.</summary>
    public const int BytesMax = 2 + byte.MaxValue;

    private const byte NoAuthentication = 0;
    private const byte NoAcceptableMethod = 0xFF;

    /// <summary>The answer: which method is taken.</summary>
    public ReadOnlyMemory<byte> Answer => new[] { Version, OffersNoAuthentication ? NoAuthentication : NoAcceptableMethod };

    /// <summary>Reads a greeting from the beginning of what came.</summary>
    public static ParseStatus TryDecode(ReadOnlySpan<byte> input, out SocksGreeting greeting, out int consumed)
    {
        greeting = default;
        consumed = 0;
        if (input.Length > 0 && input[0] != Version)
        {
            return ParseStatus.Invalid;
        }

        if (input.Length < 2)
        {
            return ParseStatus.Incomplete;
        }

        int methods = input[1];
        if (methods == 0)
        {
            return ParseStatus.Invalid;
        }

        if (input.Length < 2 + methods)
        {
            return ParseStatus.Incomplete;
        }

        consumed = 2 + methods;
        greeting = new SocksGreeting(input[2..consumed].Contains(NoAuthentication));
        return ParseStatus.Done;
    }
}
