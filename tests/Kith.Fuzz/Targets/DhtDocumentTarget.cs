using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Dht;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the document of DHT contacts that a node kept on disk.</summary>
[Covers(typeof(Protocol.Discovery.Dht.SavedContacts))]
internal sealed class DhtDocumentTarget : IFuzzTarget
{
    public string Name => "dht-document";

    public IEnumerable<byte[]> Corpus =>
    [
        [.. Enumerable.Range(0, 9).SelectMany(static n => SavedContacts.Encode([new DhtContact(default, WhereaboutsSamples.Endpoint(n))]))],
        [.. Enumerable.Repeat(SavedContacts.Encode([new DhtContact(default, WhereaboutsSamples.Endpoint(2))]), DhtLimits.SavedContactsMax + 1).SelectMany(static bytes => bytes)],
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        IReadOnlyList<DhtContact> contacts = SavedContacts.Decode(input);
        Oracle.True(contacts.Count <= DhtLimits.SavedContactsMax, "more contacts than may be kept were read");
        Oracle.True(contacts.SequenceEqual(SavedContacts.Decode(SavedContacts.Encode(contacts))), "contacts written again are read as others");
        return contacts.Count > 0;
    }
}
