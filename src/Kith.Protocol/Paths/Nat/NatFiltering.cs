namespace Kith.Protocol.Paths.Nat;

/// <summary>Whose packets a translator or firewall lets in to an open port of ours (RFC 4787 section 5).</summary>
public enum NatFiltering
{
    /// <summary>Not known. Silence proves nothing: nobody may have tried.</summary>
    Unknown,

    /// <summary>Anybody's: a packet came in from an address that we had never sent to.</summary>
    EndpointIndependent,

    /// <summary>Those of addresses we sent to, whatever their port.</summary>
    AddressDependent,

    /// <summary>Only those of the very endpoints we sent to.</summary>
    AddressAndPortDependent,
}
