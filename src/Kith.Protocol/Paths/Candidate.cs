using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths;

/// <summary>An endpoint where a node may be reachable, as it states it itself. On the wire: kind (1 byte), then the endpoint as <see cref="EndpointField"/> writes it.</summary>
/// <param name="Kind">How the node came by it.</param>
/// <param name="Endpoint">Where; the scope is neither sent nor compared across machines.</param>
public readonly record struct Candidate(CandidateKind Kind, InternetEndpoint Endpoint)
{
    /// <summary>The longest encoding in bytes.</summary>
    public const int BytesMax = 1 + EndpointField.BytesMax;

    /// <summary>The most candidates a node states at once.</summary>
    public const int CountMax = 16;

    /// <summary>Whether this may be stated to others: a real unicast address and a port, no loopback.</summary>
    public bool IsStatable => EndpointField.IsUnicast(Endpoint) && !Endpoint.Address.IsLoopback;

    /// <summary>Reads a list: count (1 byte, at most <see cref="CountMax"/>), then that many candidates. False if malformed.</summary>
    public static bool TryReadList(ref SpanReader reader, out Candidate[] candidates)
    {
        candidates = [];
        if (!reader.TryReadByte(out byte count) || count > CountMax)
        {
            return false;
        }

        Candidate[] read = new Candidate[count];
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadByte(out byte kind) || !EndpointField.TryRead(ref reader, out InternetEndpoint endpoint))
            {
                return false;
            }

            read[i] = new Candidate((CandidateKind)kind, endpoint);
            if (!read[i].IsStatable)
            {
                return false;
            }
        }

        candidates = read;
        return true;
    }

    /// <summary>Writes a list as <see cref="TryReadList"/> reads it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="CountMax"/> candidates, or no room.</exception>
    public static void WriteList(ref SpanWriter writer, IReadOnlyList<Candidate> candidates)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(candidates.Count, CountMax);
        writer.WriteByte((byte)candidates.Count);
        foreach (Candidate candidate in candidates)
        {
            writer.WriteByte((byte)candidate.Kind);
            EndpointField.Write(ref writer, candidate.Endpoint);
        }
    }
}
