namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// An HTTP request that the caller makes: over a TCP connection from <see cref="MappingGateway.Client"/> to the gateway's own address, whatever the URL calls it; no
/// redirects, no proxy, no cookies. The answer goes to <see cref="PortMapper.HandleHttp"/>.
/// </summary>
/// <param name="Id">Tells answers apart.</param>
/// <param name="Gateway">Whom to ask.</param>
/// <param name="Url">Port, path, and the host for the header.</param>
/// <param name="Soap">The action to call by POST, or null to GET.</param>
public sealed record MapperHttpRequest(long Id, MappingGateway Gateway, UpnpUrl Url, SoapRequest? Soap);
