using Kith.Fuzz.Coverage;
using Kith.Fuzz.Structure;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Wire.Bencode;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a message of the DHT, of which all fields that any method reads are looked at.</summary>
[Covers(typeof(KrpcMessage), typeof(CompactForm))]
internal sealed class KrpcMessageTarget : IFuzzTarget
{
    private readonly DhtContact[] _contacts = new DhtContact[16];
    private readonly byte[] _again = new byte[KrpcMessage.BytesMax];

    public string Name => "krpc-message";

    public int InputBytesMax => 1024;

    public IEnumerable<byte[]> Corpus => new DhtDatagramTarget().Corpus;

    public IEnumerable<byte[]> Dictionary => new DhtDatagramTarget().Dictionary;

    public IFuzzStructure Structure { get; } = new BencodeStructure();

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!KrpcMessage.TryDecode(input, out KrpcMessage message))
        {
            return false;
        }

        FuzzTrace.Note((int)message.Kind);
        FuzzTrace.Note((int)message.Method);
        Oracle.True(message.Transaction.Length <= KrpcMessage.TransactionBytesMax, "a transaction longer than the maximum");
        Oracle.True(KrpcMessage.LooksLikeOne(input), "a message that does not look like one");
        Look(message, "nodes"u8, false);
        Look(message, "nodes6"u8, true);
        BencodeList values = message.Body.GetList("values"u8);
        while (values.TryTake(out ReadOnlySpan<byte> element))
        {
            if (BencodeScanner.TryReadString(element, out ReadOnlySpan<byte> bytes) && CompactForm.TryReadEndpoint(bytes, out Protocol.Wire.InternetEndpoint endpoint))
            {
                FuzzTrace.Note(3);
                Oracle.Same(bytes, _again.AsSpan(0, CompactForm.Write(_again, endpoint)), "an endpoint written again");
            }
        }

        return true;
    }

    private void Look(in KrpcMessage message, ReadOnlySpan<byte> key, bool isV6)
    {
        if (!message.Body.TryGetString(key, out ReadOnlySpan<byte> bytes))
        {
            return;
        }

        int count = CompactForm.ReadContacts(bytes, isV6, _contacts);
        FuzzTrace.NoteSize(count);
        Oracle.True(count <= _contacts.Length && count * CompactForm.ContactBytes(isV6) <= bytes.Length, "more contacts than there are");
        for (int i = 0; i < count; i++)
        {
            int length = CompactForm.Write(_again, _contacts[i]);
            Oracle.Equal(CompactForm.ContactBytes(isV6), length, "the length of a contact");
            Oracle.True(bytes.IndexOf(_again.AsSpan(0, length)) >= 0, "a contact that nobody wrote");
        }
    }
}
