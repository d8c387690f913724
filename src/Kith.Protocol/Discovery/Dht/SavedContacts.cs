namespace Kith.Protocol.Discovery.Dht;

/// <summary>Contacts as they are kept on disk for the next start: for each its family (1 byte, 4 or 6), then its compact form (BEP 5, BEP 32).</summary>
public static class SavedContacts
{
    /// <summary>Writes contacts, at most <see cref="DhtLimits.SavedContactsMax"/>.</summary>
    public static byte[] Encode(IReadOnlyList<DhtContact> contacts)
    {
        ArgumentNullException.ThrowIfNull(contacts);
        DhtContact[] kept = [.. contacts.Take(DhtLimits.SavedContactsMax)];
        byte[] content = new byte[kept.Sum(contact => 1 + CompactForm.ContactBytes(!contact.Endpoint.Address.IsV4))];
        Span<byte> rest = content;
        foreach (DhtContact contact in kept)
        {
            rest[0] = (byte)(contact.Endpoint.Address.IsV4 ? 4 : 6);
            rest = rest[(1 + CompactForm.Write(rest[1..], contact))..];
        }

        return content;
    }

    /// <summary>Reads contacts up to what is no contact, at most <see cref="DhtLimits.SavedContactsMax"/>; those that nothing can be sent to are left out.</summary>
    public static IReadOnlyList<DhtContact> Decode(ReadOnlySpan<byte> content)
    {
        List<DhtContact> contacts = [];
        Span<DhtContact> one = stackalloc DhtContact[1];
        while (!content.IsEmpty && content[0] is 4 or 6 && contacts.Count < DhtLimits.SavedContactsMax)
        {
            bool isV6 = content[0] == 6;
            int length = CompactForm.ContactBytes(isV6);
            if (content.Length < 1 + length)
            {
                break;
            }

            if (CompactForm.ReadContacts(content.Slice(1, length), isV6, one) == 1)
            {
                contacts.Add(one[0]);
            }

            content = content[(1 + length)..];
        }

        return contacts;
    }
}
