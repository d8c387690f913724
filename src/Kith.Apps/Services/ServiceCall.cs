using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kith.Apps.Targets;

namespace Kith.Apps.Services;

/// <summary>
/// What a caller says first on the named protocol <see cref="Protocol"/>: u8 length, then the name of a service, or its port in decimal. Answered with a
/// <see cref="ServiceAnswer"/>.
/// </summary>
/// <param name="Service">The name, or the port.</param>
internal sealed record ServiceCall(string Service)
{
    /// <summary>The named protocol, on which every device that can expose anything listens.</summary>
    public const string Protocol = "kith/service/1";

    /// <summary>The most bytes of a call.</summary>
    public const int BytesMax = LengthBytes + ServiceName.CharactersMax;

    /// <summary>Bytes before the name.</summary>
    public const int LengthBytes = 1;

    /// <summary>Reads a call; false unless it is whole and nothing is left over.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> input, [NotNullWhen(true)] out ServiceCall? call)
    {
        call = null;
        if (input.Length < LengthBytes || input[0] is 0 or > ServiceName.CharactersMax || input.Length != LengthBytes + input[0])
        {
            return false;
        }

        string service = Encoding.Latin1.GetString(input[LengthBytes..]);
        call = ServiceName.IsValid(service) || DeviceTarget.TryParsePort(service, out _) ? new ServiceCall(service) : null;
        return call is not null;
    }

    /// <summary>The call's bytes.</summary>
    public byte[] Encode() => [(byte)Service.Length, .. Encoding.Latin1.GetBytes(Service)];
}
