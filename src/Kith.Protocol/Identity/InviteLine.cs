using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Kith.Protocol.Crypto;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Identity;

/// <summary>
/// An invite as one word that survives copying, pasting and being read into a QR code: <c>kith1</c>, then z-base-32 of
/// version (1 byte, 1) · network id (32) · secret (32) · length of name (1) and name (UTF-8) · number of hints (1), each hint being
/// node id (32) · number of endpoints (1), each endpoint being family (1 byte, 4 or 6; for TCP 0x14 or 0x16, behind the others) · address (4 or 16) · port (2) ·
/// and after all of it the first 4 bytes of the BLAKE2s-256 hash of everything before.
/// Immutable. Holds a secret: whoever has the text can join.
/// </summary>
public sealed class InviteLine
{
    /// <summary>What every invite's text begins with.</summary>
    public const string Prefix = "kith1";

    /// <summary>Bytes of the secret: the seed of the invite's key.</summary>
    public const int SecretBytes = NodeKey.SeedBytes;

    /// <summary>The longest network name, in bytes of UTF-8.</summary>
    public const int NetworkNameBytesMax = 63;

    /// <summary>The most hints an invite has.</summary>
    public const int HintsMax = 4;

    /// <summary>The most bytes under the text.</summary>
    public const int BytesMax = 1 + NetworkId.Length + SecretBytes + 1 + NetworkNameBytesMax + 1 + (HintsMax * HintBytesMax) + ChecksumBytes;

    /// <summary>The most characters of an invite of this version; a later one may be longer.</summary>
    public static int TextLengthMax => Prefix.Length + ZBase32.EncodedLength(BytesMax);

    private const byte Version = 1;
    private const int ChecksumBytes = 4;
    private const byte TcpFlag = 0x10;
    private const int EndpointBytesMax = 1 + InternetAddress.V6Bytes + 2;
    private const int HintBytesMax = NodeId.Length + 1 + ((InviteHint.EndpointsMax + InviteHint.TcpEndpointsMax) * EndpointBytesMax);

    /// <summary>Texts beyond this are not looked into, so that a pasted book costs nothing.</summary>
    private const int AnyVersionTextLengthMax = 8192;

    private readonly byte[] _secret = GC.AllocateArray<byte>(SecretBytes, pinned: true);

    /// <summary>Copies the secret.</summary>
    /// <exception cref="ArgumentException">The secret is not 32 bytes, the name is no plain text of 1 to 63 bytes, a maximum is exceeded, or an endpoint names nothing.</exception>
    public InviteLine(NetworkId network, ReadOnlySpan<byte> secret, string networkName, IReadOnlyList<InviteHint> hints)
    {
        ArgumentNullException.ThrowIfNull(networkName);
        ArgumentNullException.ThrowIfNull(hints);
        if (secret.Length != SecretBytes)
        {
            throw new ArgumentException("The secret has thirty-two bytes.", nameof(secret));
        }

        if (!InviteText.IsPlain(networkName))
        {
            throw new ArgumentException("A network name is 1 to 63 bytes of printable text without spaces.", nameof(networkName));
        }

        if (hints.Count > HintsMax
            || hints.Any(hint => hint.Endpoints.Count > InviteHint.EndpointsMax || hint.TcpEndpoints.Count > InviteHint.TcpEndpointsMax)
            || hints.Any(hint => hint.Endpoints.Concat(hint.TcpEndpoints).Any(endpoint => endpoint.Port == 0 || endpoint.Address.IsNone)))
        {
            throw new ArgumentException("At most four hints of four endpoints and two for TCP each, all with address and port.", nameof(hints));
        }

        Network = network;
        NetworkName = networkName;
        Hints = hints;
        secret.CopyTo(_secret);
    }

    /// <summary>The network.</summary>
    public NetworkId Network { get; }

    /// <summary>What the network is called.</summary>
    public string NetworkName { get; }

    /// <summary>Members to try.</summary>
    public IReadOnlyList<InviteHint> Hints { get; }

    /// <summary>The invite's key. The caller disposes it.</summary>
    public NodeKey OpenKey() => NodeKey.FromSeed(_secret);

    /// <summary>Copies the 32-byte secret; the caller wipes its copy.</summary>
    public void CopySecret(Span<byte> destination) => _secret.CopyTo(destination);

    /// <summary>Overwrites the secret; the line is of no more use for joining.</summary>
    public void Wipe() => CryptographicOperations.ZeroMemory(_secret);

    /// <summary>The invite's text, secret included.</summary>
    public string ToText()
    {
        Span<byte> bytes = stackalloc byte[BytesMax];
        SpanWriter writer = new(bytes);
        writer.WriteByte(Version);
        Network.WriteTo(writer.Take(NetworkId.Length));
        writer.WriteBytes(_secret);
        int nameBytes = InviteText.Utf8.GetByteCount(NetworkName);
        writer.WriteByte((byte)nameBytes);
        InviteText.Utf8.GetBytes(NetworkName, writer.Take(nameBytes));
        writer.WriteByte((byte)Hints.Count);
        foreach (InviteHint hint in Hints)
        {
            hint.Node.WriteTo(writer.Take(NodeId.Length));
            writer.WriteByte((byte)(hint.Endpoints.Count + hint.TcpEndpoints.Count));
            WriteEndpoints(ref writer, hint.Endpoints, 0);
            WriteEndpoints(ref writer, hint.TcpEndpoints, TcpFlag);
        }

        Checksum(writer.Written, writer.Take(ChecksumBytes));
        string text = Prefix + ZBase32.Encode(writer.Written);
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <summary>Reads an invite's text, whatever its case and with white space around it. <paramref name="line"/> is null unless the result is <see cref="InviteParse.Ok"/>.</summary>
    public static InviteParse TryParse(string? text, out InviteLine? line)
    {
        line = null;
        string word = text is null || text.Length > AnyVersionTextLengthMax ? "" : text.Trim().ToLowerInvariant();
        if (!word.StartsWith("kith", StringComparison.Ordinal) || word.Length <= Prefix.Length || !char.IsAsciiDigit(word[4]))
        {
            return InviteParse.NotAnInvite;
        }

        if (!word.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return word[4] == '0' ? InviteParse.NotAnInvite : InviteParse.NewerVersion;
        }

        if (!ZBase32.TryDecode(word.AsSpan(Prefix.Length), out byte[]? bytes))
        {
            return InviteParse.Damaged;
        }

        InviteParse result = TryDecode(bytes, out line);
        CryptographicOperations.ZeroMemory(bytes);
        return result;
    }

    /// <summary>Reads the bytes under the text, checksum included.</summary>
    public static InviteParse TryDecode(ReadOnlySpan<byte> bytes, out InviteLine? line)
    {
        line = null;
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        if (bytes.Length <= ChecksumBytes)
        {
            return InviteParse.Damaged;
        }

        ReadOnlySpan<byte> body = bytes[..^ChecksumBytes];
        Checksum(body, checksum);
        if (!checksum.SequenceEqual(bytes[^ChecksumBytes..]))
        {
            return InviteParse.Damaged;
        }

        if (body[0] != Version)
        {
            return body[0] > Version ? InviteParse.NewerVersion : InviteParse.Damaged;
        }

        SpanReader reader = new(body[1..]);
        return TryReadBody(ref reader, out line) ? InviteParse.Ok : InviteParse.Damaged;
    }

    /// <summary>The network and how many hints; never the secret.</summary>
    public override string ToString() => $"invite to {NetworkName} ({Network}), {Hints.Count} hints";

    private static void WriteEndpoints(ref SpanWriter writer, IReadOnlyList<InternetEndpoint> endpoints, byte flag)
    {
        foreach (InternetEndpoint endpoint in endpoints)
        {
            writer.WriteByte((byte)((endpoint.Address.IsV4 ? 4 : 6) | flag));
            endpoint.Address.WriteTo(writer.Take(endpoint.Address.ByteCount));
            writer.WriteUInt16(endpoint.Port);
        }
    }

    private static void Checksum(ReadOnlySpan<byte> body, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[Blake2s.HashBytes];
        Blake2s.Hash(body, hash);
        hash[..ChecksumBytes].CopyTo(checksum);
    }

    private static bool TryReadBody(ref SpanReader reader, [NotNullWhen(true)] out InviteLine? line)
    {
        line = null;
        if (!reader.TryReadBytes(NetworkId.Length, out ReadOnlySpan<byte> network)
            || !reader.TryReadBytes(SecretBytes, out ReadOnlySpan<byte> secret)
            || !reader.TryReadByte(out byte nameBytes)
            || !reader.TryReadBytes(nameBytes, out ReadOnlySpan<byte> nameUtf8)
            || !InviteText.TryRead(nameUtf8, out string? name)
            || !reader.TryReadByte(out byte hintCount)
            || hintCount > HintsMax)
        {
            return false;
        }

        InviteHint[] hints = new InviteHint[hintCount];
        for (int i = 0; i < hintCount; i++)
        {
            if (!TryReadHint(ref reader, out hints[i]!))
            {
                return false;
            }
        }

        if (reader.Remaining != 0)
        {
            return false;
        }

        line = new InviteLine(new NetworkId(network), secret, name, hints);
        return true;
    }

    private static bool TryReadHint(ref SpanReader reader, [NotNullWhen(true)] out InviteHint? hint)
    {
        hint = null;
        if (!reader.TryReadBytes(NodeId.Length, out ReadOnlySpan<byte> node) || !reader.TryReadByte(out byte count)
            || count > InviteHint.EndpointsMax + InviteHint.TcpEndpointsMax)
        {
            return false;
        }

        List<InternetEndpoint> endpoints = [];
        List<InternetEndpoint> tcpEndpoints = [];
        for (int i = 0; i < count; i++)
        {
            if (!TryReadEndpoint(ref reader, out InternetEndpoint endpoint, out bool isTcp) || (!isTcp && tcpEndpoints.Count > 0))
            {
                return false;
            }

            (isTcp ? tcpEndpoints : endpoints).Add(endpoint);
        }

        hint = new InviteHint(new NodeId(node), endpoints) { TcpEndpoints = tcpEndpoints };
        return endpoints.Count <= InviteHint.EndpointsMax && tcpEndpoints.Count <= InviteHint.TcpEndpointsMax;
    }

    private static bool TryReadEndpoint(ref SpanReader reader, out InternetEndpoint endpoint, out bool isTcp)
    {
        endpoint = default;
        isTcp = false;
        if (!reader.TryReadByte(out byte family)
            || (family & ~TcpFlag) is not (4 or 6)
            || !reader.TryReadBytes((family & ~TcpFlag) == 4 ? InternetAddress.V4Bytes : InternetAddress.V6Bytes, out ReadOnlySpan<byte> bytes)
            || !reader.TryReadUInt16(out ushort port))
        {
            return false;
        }

        InternetAddress address = InternetAddress.FromBytes(bytes);
        endpoint = new InternetEndpoint(address, port);

        isTcp = (family & TcpFlag) != 0;

        // An IPv4 address in IPv6 clothes would have two texts.
        return port != 0 && !address.IsNone && address.IsV4 == ((family & ~TcpFlag) == 4);
    }
}
