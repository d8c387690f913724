using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kith.Apps.Exposing;
using Kith.Apps.Targets;

namespace Kith.Apps.Services;

/// <summary>
/// What a device offers, as it goes over the named protocol <see cref="Protocol"/>: u16 count, then for each u16 port, u8 length, name; in order of names, each once. The whole
/// stream is one such message.
/// </summary>
internal sealed record ServiceList(IReadOnlyList<OfferedService> Services)
{
    /// <summary>The named protocol: whoever dials it is told, and need not say anything.</summary>
    public const string Protocol = "kith/services/1";

    /// <summary>The most bytes of a list.</summary>
    public const int BytesMax = CountBytes + (ExposedService.ServicesMax * (EntryBytes + ServiceName.CharactersMax));

    private const int CountBytes = 2;
    private const int EntryBytes = 3;

    /// <summary>Reads a list; false unless it is whole, in order, and nothing is left over.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> input, [NotNullWhen(true)] out ServiceList? list)
    {
        list = null;
        if (input.Length < CountBytes || BinaryPrimitives.ReadUInt16BigEndian(input) is > ExposedService.ServicesMax)
        {
            return false;
        }

        OfferedService[] services = new OfferedService[BinaryPrimitives.ReadUInt16BigEndian(input)];
        input = input[CountBytes..];
        for (int index = 0; index < services.Length; index++)
        {
            if (input.Length < EntryBytes || input.Length < EntryBytes + input[2])
            {
                return false;
            }

            int port = BinaryPrimitives.ReadUInt16BigEndian(input);
            string name = Encoding.Latin1.GetString(input.Slice(EntryBytes, input[2]));
            if (port == 0 || !ServiceName.IsValid(name) || (index > 0 && string.CompareOrdinal(services[index - 1].Name, name) >= 0))
            {
                return false;
            }

            services[index] = new OfferedService(name, port);
            input = input[(EntryBytes + name.Length)..];
        }

        list = new ServiceList(services);
        return input.Length == 0;
    }

    /// <summary>The list's bytes; its services must be in order of their names.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[CountBytes + Services.Sum(static service => EntryBytes + service.Name.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Services.Count);
        Span<byte> rest = bytes.AsSpan(CountBytes);
        foreach (OfferedService service in Services)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)service.Port);
            rest[2] = (byte)service.Name.Length;
            Encoding.Latin1.GetBytes(service.Name, rest[EntryBytes..]);
            rest = rest[(EntryBytes + service.Name.Length)..];
        }

        return bytes;
    }
}
