using System.Net;
using System.Text;

namespace Kith.Lab.Dht;

/// <summary>One datagram of the DHT as an observer has it.</summary>
/// <param name="From">Whose it is, as far as the observer can tell.</param>
/// <param name="To">Whom it goes to.</param>
/// <param name="Bytes">What is in it.</param>
internal sealed record DhtDatagram(IPAddress From, IPAddress To, byte[] Bytes)
{
    /// <summary>What is asked, if it is a question.</summary>
    public string? Query => Text("1:q") is { } query ? Encoding.ASCII.GetString(query) : null;

    /// <summary>The target of a `get`, whichever item it is for.</summary>
    public string? Target => Hex("6:target");

    /// <summary>The public key of an item, in hexadecimal.</summary>
    public string? Key => Hex("1:k");

    /// <summary>The salt of an item, in hexadecimal.</summary>
    public string? Salt => Hex("4:salt");

    /// <summary>The value of an item, in hexadecimal.</summary>
    public string? Value => Hex("1:v", longerThan: 4);

    /// <summary>The signature of an item, in hexadecimal.</summary>
    public string? Signature => Hex("3:sig");

    private string? Hex(string name, int longerThan = 0) => Text(name, longerThan) is { } bytes ? Convert.ToHexStringLower(bytes) : null;

    // The string behind a key. Keys are short and what follows must be a length, so that chance hits in random bytes are rare, and only make a check stricter.
    private byte[]? Text(string name, int longerThan = 0)
    {
        byte[] key = Encoding.ASCII.GetBytes(name);
        for (int from = 0; Bytes.AsSpan(from).IndexOf(key) is >= 0 and int found; from += found + 1)
        {
            int at = from + found + key.Length;
            int length = 0;
            int digits = 0;
            while (at < Bytes.Length && char.IsAsciiDigit((char)Bytes[at]) && digits++ < 4)
            {
                length = (10 * length) + Bytes[at++] - '0';
            }

            if (digits > 0 && at < Bytes.Length && Bytes[at] == ':' && length > longerThan && at + 1 + length <= Bytes.Length)
            {
                return Bytes[(at + 1)..(at + 1 + length)];
            }
        }

        return null;
    }
}
