using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// Tells from the epochs in a gateway's answers whether it has forgotten its mappings meanwhile. One for each gateway and protocol; the default value has heard nothing.
/// </summary>
internal struct GatewayEpoch
{
    private bool _heard;
    private uint _epoch;
    private Instant _at;

    /// <summary>RFC 6887 section 8.5: both clocks must have advanced alike, within a sixteenth and two seconds. True if state was lost.</summary>
    public bool NotePcp(Instant now, uint epoch)
    {
        long server = (long)epoch - _epoch;
        long client = (long)(now - _at).TotalSeconds;
        bool lost = _heard && (server < -1 || client + 2 < server - (server / 16) || server + 2 < client - (client / 16));
        Keep(now, epoch);
        return lost;
    }

    /// <summary>RFC 6886 section 3.6: the gateway's clock must not be more than two seconds behind seven eighths of ours. True if state was lost.</summary>
    public bool NoteNatPmp(Instant now, uint epoch)
    {
        double expected = _epoch + ((now - _at).TotalSeconds * 7 / 8);
        bool lost = _heard && epoch < expected - 2;
        Keep(now, epoch);
        return lost;
    }

    private void Keep(Instant now, uint epoch)
    {
        _heard = true;
        _epoch = epoch;
        _at = now;
    }
}
