using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Kith.Apps.Proxying.Socks;

/// <summary>What a client asks for (RFC 1928 section 4).</summary>
/// <param name="Command">1 CONNECT, 2 BIND, 3 UDP ASSOCIATE, or what else it says.</param>
/// <param name="Destination">Where to.</param>
internal readonly record struct SocksRequest(byte Command, ProxyDestination Destination)
{
    /// <summary>Opens a connection; the only command that is carried out.</summary>
    public const byte Connect = 1;

    /// <summary>The most bytes of a request.</summary>
    public const int BytesMax = HeadBytes + 1 + byte.MaxValue + PortBytes;

    private const int HeadBytes = 4;
    private const int PortBytes = 2;
    private const byte AddressIPv4 = 1;
    private const byte AddressName = 3;
    private const byte AddressIPv6 = 4;

    /// <summary>Reads a request from the beginning of what came.</summary>
    /// <param name="input">What came.</param>
    /// <param name="request">The request, if it is whole.</param>
    /// <param name="consumed">How many bytes it has.</param>
    /// <param name="refusal">What to answer if it is invalid.</param>
    public static ParseStatus TryDecode(ReadOnlySpan<byte> input, out SocksRequest request, out int consumed, out SocksReplyCode refusal)
    {
        request = default;
        consumed = 0;
        refusal = SocksReplyCode.GeneralFailure;
        if (input.Length > 0 && input[0] != SocksGreeting.Version)
        {
            return ParseStatus.Invalid;
        }

        if (input.Length < HeadBytes + 1)
        {
            return ParseStatus.Incomplete;
        }

        (int start, int length) = input[3] switch
        {
            AddressIPv4 => (HeadBytes, 4),
            AddressIPv6 => (HeadBytes, 16),
            AddressName => (HeadBytes + 1, input[HeadBytes]),
            _ => (0, 0),
        };
        if (start == 0)
        {
            refusal = SocksReplyCode.AddressTypeNotSupported;
            return ParseStatus.Invalid;
        }

        if (input.Length < start + length + PortBytes)
        {
            return ParseStatus.Incomplete;
        }

        ReadOnlySpan<byte> address = input.Slice(start, length);
        int port = BinaryPrimitives.ReadUInt16BigEndian(input[(start + length)..]);
        bool isName = input[3] == AddressName;

        // UDP ASSOCIATE comes with port 0; it is to be refused as a command and not as nonsense.
        if ((isName && !ProxyDestination.IsHost(address)) || (port == 0 && input[1] == Connect))
        {
            return ParseStatus.Invalid;
        }

        consumed = start + length + PortBytes;
        request = new SocksRequest(input[1], new ProxyDestination(isName ? Encoding.ASCII.GetString(address) : new IPAddress(address).ToString(), port));
        return ParseStatus.Done;
    }
}
