namespace Kith.Simulator.Net;

/// <summary>What of the remote endpoint a translator looks at, for mapping or for filtering (RFC 4787 sections 4.1 and 5).</summary>
internal enum SimNatDependence
{
    /// <summary>Nothing.</summary>
    EndpointIndependent,

    /// <summary>The address.</summary>
    AddressDependent,

    /// <summary>Address and port.</summary>
    AddressAndPortDependent,
}
