using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kith.Apps.Targets;

namespace Kith.Apps.Services;

/// <summary>
/// The answer to a <see cref="ServiceCall"/>: u8 kind; of <see cref="ServiceAnswerKind.NothingBehind"/> then u16 port, u8 length, name. All but
/// <see cref="ServiceAnswerKind.Connected"/> end the stream.
/// </summary>
/// <param name="Kind">How it went.</param>
/// <param name="Port">The port at which nothing listens, on the machine behind the service; otherwise 0.</param>
/// <param name="Name">The service's name, for who asked by port; otherwise empty.</param>
internal sealed record ServiceAnswer(ServiceAnswerKind Kind, int Port = 0, string Name = "")
{
    /// <summary>The most bytes of an answer.</summary>
    public const int BytesMax = DetailsBytes + ServiceName.CharactersMax;

    private const int DetailsBytes = 4;

    /// <summary>Reads an answer; false unless it is whole and nothing is left over.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> input, [NotNullWhen(true)] out ServiceAnswer? answer)
    {
        answer = null;
        if (input is [(byte)ServiceAnswerKind.Connected or (byte)ServiceAnswerKind.Unknown or (byte)ServiceAnswerKind.Full])
        {
            answer = new ServiceAnswer((ServiceAnswerKind)input[0]);
        }
        else if (input.Length > DetailsBytes && input[0] == (byte)ServiceAnswerKind.NothingBehind && input.Length == DetailsBytes + input[3])
        {
            int port = BinaryPrimitives.ReadUInt16BigEndian(input[1..]);
            string name = Encoding.Latin1.GetString(input[DetailsBytes..]);
            answer = port > 0 && ServiceName.IsValid(name) ? new ServiceAnswer(ServiceAnswerKind.NothingBehind, port, name) : null;
        }

        return answer is not null;
    }

    /// <summary>The answer's bytes.</summary>
    public byte[] Encode() => Kind == ServiceAnswerKind.NothingBehind
        ? [(byte)Kind, (byte)(Port >> 8), (byte)Port, (byte)Name.Length, .. Encoding.Latin1.GetBytes(Name)]
        : [(byte)Kind];
}
